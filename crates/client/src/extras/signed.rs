//! Who has signed in to a group today, from QQ's web page: no command lists them. protocol/04 §10.6

use nekonap_ids::{GroupUin, Uin};
use nekonap_wire::command::Refusal;
use serde::Deserialize;
use serde_json::json;

use crate::{client::Client, error::CallError, web::Page};

/// A member who has signed in to a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// The member; `None` if the page does not name the account.
    pub uin: Option<Uin>,
    /// Name of the member in the group.
    pub name: String,
    /// Time, Unix seconds.
    pub time: u64,
    /// The place in the order of the day, from 1.
    pub rank: u32,
}

/// Entries per page.
const PAGE: u32 = 100;
/// Maximum number of pages that are read: more than the largest group needs (3,000 members).
const MAX_PAGES: u32 = 32;

#[derive(Debug, Deserialize)]
struct Answer {
    response: Response,
}

#[derive(Debug, Deserialize)]
struct Response {
    #[serde(default)]
    ret: Outcome,
    page: Vec<List>,
}

#[derive(Debug, Default, Deserialize)]
struct Outcome {
    #[serde(default)]
    code: i64,
    #[serde(default)]
    msg: String,
}

#[derive(Debug, Deserialize)]
struct List {
    #[serde(default)]
    infos: Vec<Info>,
    #[serde(default)]
    total: u32,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Info {
    #[serde(default)]
    uid: String,
    #[serde(default)]
    uid_group_nick: String,
    #[serde(default)]
    signed_time_stamp: String,
    #[serde(default)]
    sign_in_rank: u32,
}

impl From<Info> for SignedIn {
    fn from(info: Info) -> Self {
        Self {
            uin: info.uid.parse().ok(),
            name: info.uid_group_nick,
            time: info.signed_time_stamp.parse().unwrap_or(0),
            // The page counts 1, 3, 5 …
            rank: info.sign_in_rank.saturating_sub(1) / 2 + 1,
        }
    }
}

impl Client {
    /// Who has signed in to a group on a day, in order. `day`: year, month and day as one number, such as 20261126, in UTC+8.
    ///
    /// # Errors
    /// The server returns no key for its pages, or the page refuses (not in that group) or does not reply.
    pub async fn signed_in(&self, group: GroupUin, day: u32) -> Result<Vec<SignedIn>, CallError> {
        let me = self.inner.myself()?;
        let mut list = Vec::new();
        for page in 0..MAX_PAGES {
            let wanted = json!({
                "dayYmd": day.to_string(),
                "offset": page * PAGE,
                "limit": PAGE,
                "uid": me.uin.to_string(),
                "groupId": group.to_string(),
            });
            let page = Page::new("/v2/signin/trpc/GetDaySignedList", Vec::new())
                .json(wanted)
                .expecting("/response/page");
            let response = self.page::<Answer>(&page).await?.response;
            if response.ret.code != 0 {
                return Err(Refusal::new(response.ret.code, response.ret.msg).into());
            }
            let Some(found) = response.page.into_iter().next() else {
                break;
            };
            let end = found.infos.is_empty();
            list.extend(found.infos.into_iter().map(SignedIn::from));
            if end || list.len() >= usize::try_from(found.total).unwrap_or(usize::MAX) {
                break;
            }
        }
        Ok(list)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_count_in_steps_of_one_and_text_becomes_numbers() {
        let info = json!({
            "uid": "10002", "uidGroupNick": "Bob", "signedTimeStamp": "1700000000", "signInRank": 5
        });
        let info: Info = serde_json::from_value(info).expect("an entry");
        let expected = SignedIn {
            uin: Uin::new(10_002).ok(),
            name: "Bob".to_owned(),
            time: 1_700_000_000,
            rank: 3,
        };
        assert_eq!(SignedIn::from(info), expected);
    }
}
