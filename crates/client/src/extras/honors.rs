//! The honours of a group, from QQ's web page: no command lists them. protocol/04 §10.3

use nekonap_ids::{GroupUin, Uin};
use nekonap_wire::push::HonorKind;
use serde::Deserialize;
use serde_json::Value;

use crate::{client::Client, error::CallError, web::Page};

/// A member with an honour.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Honored {
    /// The member; `None` if the page does not name the account.
    pub uin: Option<Uin>,
    /// Name of the member.
    pub name: String,
    /// URL of the avatar.
    pub avatar: String,
    /// What the page says about it; may be empty.
    pub description: String,
    /// For how many days; 0 if the page does not say.
    pub days: u32,
}

/// The members with one honour of a group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Honors {
    /// Who has it now. Only the most talkative member is given so.
    pub current: Option<Honored>,
    /// Who has it or had it, newest first.
    pub list: Vec<Honored>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct State {
    current_talkative: Option<Entry>,
    talkative_list: Option<Vec<Entry>>,
    actor_list: Option<Vec<Entry>>,
    legend_list: Option<Vec<Entry>>,
    emotion_list: Option<Vec<Entry>>,
}

#[derive(Debug, Deserialize)]
struct Entry {
    #[serde(default)]
    uin: Value,
    #[serde(default)]
    avatar: String,
    /// In lists.
    #[serde(default)]
    name: String,
    /// In `currentTalkative`.
    #[serde(default)]
    nick: String,
    #[serde(default)]
    desc: String,
    #[serde(default)]
    day_count: u32,
}

impl From<Entry> for Honored {
    fn from(entry: Entry) -> Self {
        // A number or text.
        let uin = match &entry.uin {
            Value::String(text) => text.parse().ok(),
            number => number.as_u64().and_then(|number| Uin::new(number).ok()),
        };
        Self {
            uin,
            name: if entry.name.is_empty() {
                entry.nick
            } else {
                entry.name
            },
            avatar: entry.avatar,
            description: entry.desc,
            days: entry.day_count,
        }
    }
}

impl State {
    fn honors(self, kind: HonorKind) -> Honors {
        let list = match kind {
            HonorKind::Talkative => self.talkative_list,
            HonorKind::Performer => self.actor_list,
            // Some pages have the list under the other name.
            HonorKind::Legend => self.legend_list.or(self.actor_list),
            HonorKind::Emotion => self.emotion_list,
        };
        let list = list.unwrap_or_default();
        let current = self.current_talkative.map(Honored::from);
        Honors {
            // Without a talkative member the page has an empty object.
            current: current.filter(|current| current.uin.is_some()),
            list: list.into_iter().map(Honored::from).collect(),
        }
    }
}

impl Client {
    /// The members with an honour of a group.
    ///
    /// # Errors
    /// The server returns no key for its pages, or the page refuses (not in that group) or does not reply.
    pub async fn honors(&self, group: GroupUin, kind: HonorKind) -> Result<Honors, CallError> {
        let query = vec![
            ("gc", group.to_string()),
            ("type", kind.number().to_string()),
        ];
        let page = Page::new("/interactive/honorlist", query).document();
        let state: State = self.page(&page).await?;
        Ok(state.honors(kind))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(state: Value, kind: HonorKind) -> Honors {
        let state: State = serde_json::from_value(state).expect("a state");
        state.honors(kind)
    }

    #[test]
    fn talkative_member_is_the_current_one_and_in_the_list() {
        let state = json!({
            "gc": 20001, "uin": "10001", "type": 1,
            "currentTalkative": {"uin": 10002, "day_count": 3, "avatar": "a", "nick": "Bob"},
            "talkativeList": [{"uin": "10002", "avatar": "a", "name": "Bob", "desc": "3天"}],
        });
        let honors = read(state, HonorKind::Talkative);
        let current = honors.current.expect("somebody");
        assert_eq!((current.days, &current.name[..]), (3, "Bob"));
        assert_eq!(current.uin, honors.list[0].uin);
        assert_eq!(honors.list[0].description, "3天");
    }

    #[test]
    fn empty_current_member_and_missing_lists_are_nobody() {
        let state = json!({"currentTalkative": {}, "talkativeList": null});
        assert_eq!(read(state, HonorKind::Talkative), Honors::default());
    }

    #[test]
    fn legends_are_found_under_both_names() {
        for key in ["legendList", "actorList"] {
            let honors = read(json!({key: [{"uin": 10003}]}), HonorKind::Legend);
            assert_eq!(honors.list.len(), 1, "{key}");
        }
    }
}
