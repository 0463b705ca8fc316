//! The notices of a group, from QQ's web pages: no command has them. protocol/04 §10.4

use nekonap_ids::{GroupUin, Uin};
use nekonap_wire::command::Refusal;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{client::Client, error::CallError, web::Page};

/// A notice of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupNotice {
    /// Its id.
    pub id: String,
    /// Who published it; `None` if the page does not name the account.
    pub sender: Option<Uin>,
    /// When, Unix seconds.
    pub time: u64,
    /// Its text.
    pub text: String,
    /// Its pictures.
    pub pictures: Vec<NoticePicture>,
    /// How it is shown.
    pub settings: NoticeSettings,
    /// Whether it is shown to new members.
    pub for_newcomers: bool,
    /// How many members have read it.
    pub read: u32,
}

/// A picture in a notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticePicture {
    /// Its id; the picture is at `https://gdynamic.qpic.cn/gdynamic/<id>/0`.
    pub id: String,
    /// Height in pixels, as text.
    pub height: String,
    /// Width in pixels, as text.
    pub width: String,
}

/// How a notice is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NoticeSettings {
    /// Whether it stays at the top.
    pub pinned: bool,
    /// Whether members have to confirm that they have read it.
    pub confirm_required: bool,
    /// Whether members are asked to set their cards.
    pub show_edit_card: bool,
    /// `tip_window_type` of the page: 0 opens a window, 1 does not.
    pub tip_window_type: u32,
}

/// Number of notices that are asked for. protocol/04 §10.4
const NEWEST: u32 = 20;
/// `ft` of every request.
const FEED: &str = "23";
/// `type` of an ordinary notice.
const ORDINARY: u32 = 1;
/// `type` of a notice for new members.
const FOR_NEWCOMERS: u32 = 20;

#[derive(Debug, Deserialize)]
struct Answer {
    #[serde(default)]
    ec: i64,
    #[serde(default)]
    em: String,
    /// A list, or an object whose values are the entries.
    feeds: Option<Value>,
    inst: Option<Value>,
    inst_no_pinned: Option<Value>,
}

#[derive(Debug, Deserialize)]
struct Entry {
    #[serde(default)]
    fid: String,
    #[serde(default)]
    u: u64,
    #[serde(default)]
    pubt: u64,
    #[serde(default)]
    msg: Content,
    #[serde(default)]
    settings: Settings,
    #[serde(default)]
    pinned: Value,
    #[serde(default)]
    read_num: u32,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Content {
    text: String,
    pics: Option<Vec<Picture>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Picture {
    id: String,
    h: Value,
    w: Value,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Settings {
    is_show_edit_card: u32,
    tip_window_type: u32,
    confirm_required: u32,
}

impl Answer {
    fn outcome(self) -> Result<Self, CallError> {
        match self.ec {
            0 => Ok(self),
            code => Err(Refusal::new(code, self.em).into()),
        }
    }

    fn notices(self) -> Result<Vec<GroupNotice>, CallError> {
        let mut notices: Vec<GroupNotice> = Vec::new();
        for (list, for_newcomers) in [(self.feeds, false), (self.inst, true)] {
            let entries = match list {
                Some(Value::Array(entries)) => entries,
                Some(Value::Object(entries)) => entries.into_iter().map(|(_, one)| one).collect(),
                _ => Vec::new(),
            };
            for entry in entries {
                let entry: Entry = serde_json::from_value(entry)
                    .map_err(|error| CallError::Malformed(error.to_string()))?;
                // An id in both lists is one notice.
                if notices.iter().all(|known| known.id != entry.fid) {
                    let unpinned = self.inst_no_pinned.as_ref().filter(|_| for_newcomers);
                    notices.push(entry.notice(for_newcomers, unpinned.map(is_set)));
                }
            }
        }
        Ok(notices)
    }
}

impl Entry {
    /// `unpinned`: what the page says of all notices for new members.
    fn notice(self, for_newcomers: bool, unpinned: Option<bool>) -> GroupNotice {
        let pictures = self.msg.pics.unwrap_or_default();
        GroupNotice {
            id: self.fid,
            sender: Uin::new(self.u).ok(),
            time: self.pubt,
            text: unescaped(&self.msg.text),
            pictures: pictures
                .into_iter()
                .map(|picture| NoticePicture {
                    id: picture.id,
                    height: text(&picture.h),
                    width: text(&picture.w),
                })
                .collect(),
            settings: NoticeSettings {
                pinned: unpinned.map_or_else(|| is_set(&self.pinned), |unpinned| !unpinned),
                confirm_required: self.settings.confirm_required != 0,
                show_edit_card: self.settings.is_show_edit_card != 0,
                tip_window_type: self.settings.tip_window_type,
            },
            for_newcomers,
            read: self.read_num,
        }
    }
}

/// A number or text, as text.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// Whether a flag is set: 1, "1" or true.
fn is_set(value: &Value) -> bool {
    matches!(&text(value)[..], "1" | "true")
}

/// Replaces the HTML entities in a text.
pub(crate) fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let entity = rest.split_once(';').and_then(|(name, after)| {
            let char = match name {
                "&amp" => '&',
                "&lt" => '<',
                "&gt" => '>',
                "&quot" => '"',
                "&apos" => '\'',
                "&nbsp" => ' ',
                _ => {
                    let number = name.strip_prefix("&#")?;
                    let code = match number.strip_prefix(['x', 'X']) {
                        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                        None => number.parse().ok()?,
                    };
                    char::from_u32(code)?
                }
            };
            Some((char, after))
        });
        match entity {
            Some((char, after)) => {
                plain.push(char);
                rest = after;
            }
            None => {
                plain.push('&');
                rest = &rest[1..];
            }
        }
    }
    plain.push_str(rest);
    plain
}

impl Client {
    /// The notices of a group: the newest 20, then those for new members.
    ///
    /// # Errors
    /// The server returns no key for its pages, or the page refuses (not in that group) or does not reply.
    pub async fn group_notices(&self, group: GroupUin) -> Result<Vec<GroupNotice>, CallError> {
        let query = vec![
            ("qid", group.to_string()),
            ("ft", FEED.to_owned()),
            ("s", "-1".to_owned()),
            ("n", NEWEST.to_string()),
            ("ni", "1".to_owned()),
            ("i", "1".to_owned()),
        ];
        let page = Page::announcements("/cgi-bin/announce/list_announce", query);
        let answer: Answer = self.page(&page).await?;
        answer.outcome()?.notices()
    }

    /// Publishes a notice in a group.
    ///
    /// # Errors
    /// The server returns no key for its pages, or the page refuses (owner and administrators only) or does not reply.
    pub async fn send_group_notice(
        &self,
        group: GroupUin,
        text: String,
        for_newcomers: bool,
        settings: NoticeSettings,
    ) -> Result<(), CallError> {
        let shown = json!({
            "is_show_edit_card": u32::from(settings.show_edit_card),
            "tip_window_type": settings.tip_window_type,
            "confirm_required": u32::from(settings.confirm_required),
        });
        let (path, kind) = if for_newcomers {
            ("/cgi-bin/announce/add_qun_instruction", FOR_NEWCOMERS)
        } else {
            ("/cgi-bin/announce/add_qun_notice", ORDINARY)
        };
        let page = Page::announcements(path, Vec::new()).form(vec![
            ("qid", group.to_string()),
            ("text", text),
            ("pinned", u32::from(settings.pinned).to_string()),
            ("type", kind.to_string()),
            ("settings", shown.to_string()),
        ]);
        let answer: Answer = self.page(&page).await?;
        answer.outcome().map(drop)
    }

    /// Deletes a notice of a group.
    ///
    /// # Errors
    /// The server returns no key for its pages, or the page refuses (owner and administrators only; no such notice) or does
    /// not reply.
    pub async fn delete_group_notice(&self, group: GroupUin, id: &str) -> Result<(), CallError> {
        let page = Page::announcements("/cgi-bin/announce/del_feed", Vec::new()).form(vec![
            ("fid", id.to_owned()),
            ("qid", group.to_string()),
            ("ft", FEED.to_owned()),
            ("op", "1".to_owned()),
        ]);
        let answer: Answer = self.page(&page).await?;
        answer.outcome().map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_are_replaced_once_and_other_text_stays() {
        for (text, plain) in [
            (
                "a &lt;b&gt; &amp;lt; &quot;c&quot;&#39;d&#x27;",
                "a <b> &lt; \"c\"'d'",
            ),
            (
                "fish & chips; &unknown; &#xd800; &",
                "fish & chips; &unknown; &#xd800; &",
            ),
            ("花&nbsp;园", "花 园"),
        ] {
            assert_eq!(unescaped(text), plain);
        }
    }

    #[test]
    fn lists_of_both_forms_are_read_and_an_id_in_both_lists_counts_once() {
        let entry = |id: &str| {
            json!({
                "fid": id, "u": 10002, "pubt": 1_700_000_000, "pinned": 1, "read_num": 2,
                "msg": {"text": "&lt;3", "pics": [{"id": "p", "h": "10", "w": 20}]},
                "settings": {"is_show_edit_card": 0, "tip_window_type": 1, "confirm_required": 1},
            })
        };
        let answer = json!({
            "ec": 0,
            "feeds": {"0": entry("a")},
            "inst": [entry("a"), entry("b")],
            "inst_no_pinned": 1,
        });
        let answer: Answer = serde_json::from_value(answer).expect("an answer");
        let notices = answer.notices().expect("notices");
        let ids: Vec<_> = notices
            .iter()
            .map(|one| (&one.id[..], one.for_newcomers))
            .collect();
        assert_eq!(ids, [("a", false), ("b", true)]);
        assert_eq!(notices[0].text, "<3");
        assert_eq!(notices[0].pictures[0].width, "20");
        assert!(notices[0].settings.pinned && !notices[1].settings.pinned);
        assert!(notices[0].settings.confirm_required);
        let none: Answer = serde_json::from_value(json!({"ec": 0})).expect("an answer");
        assert_eq!(none.notices(), Ok(Vec::new()));
    }

    #[test]
    fn error_code_is_a_refusal() {
        let answer: Answer =
            serde_json::from_value(json!({"ec": 4, "em": "no"})).expect("an answer");
        assert_eq!(
            answer.outcome().expect_err("a refusal"),
            CallError::Refused(Refusal::new(4, "no"))
        );
    }
}
