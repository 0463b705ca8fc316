use nekonap_ids::{GroupUin, Uin};
use schemars::JsonSchema;
use serde::Serialize;

/// `notice` / `notify` / `poke` (api/events-and-segments §4.8).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "PokeNotice")]
pub struct Poke {
    /// The group; absent in a private chat: its presence alone says that it is a group's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_id: Option<GroupUin>,
    /// In a private chat always the other side; in a group who poked.
    pub user_id: Uin,
    /// Who poked.
    pub sender_id: Uin,
    /// Who was poked.
    pub target_id: Uin,
    /// The verb.
    pub action: String,
    /// What follows the target; may be empty.
    pub suffix: String,
    /// A picture's address; may be empty.
    pub action_img_url: String,
    /// The line that clients show, part by part.
    pub raw_info: Vec<TipItem>,
}

/// A part of a grey line. All values are text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum TipItem {
    /// A person.
    Qq {
        /// The uid; the number where it is not known.
        uid: String,
        /// The colour's number.
        col: &'static str,
        /// What a click opens; may be empty.
        jp: &'static str,
        /// The name; may be empty.
        nm: String,
        /// The kind of person: `0`.
        tp: &'static str,
    },
    /// A picture.
    Img {
        /// Its address.
        src: String,
        /// What a click opens; may be empty.
        jp: &'static str,
    },
    /// Plain text.
    Nor {
        /// The text; may be empty.
        txt: String,
        /// The colour's number.
        col: &'static str,
        /// What a click opens; may be empty.
        jp: &'static str,
    },
}

impl TipItem {
    /// The colour that clients give to a grey line.
    const COLOUR: &'static str = "1";

    /// A person, by uid, or by number where that is not known.
    pub fn person(uid: impl Into<String>, name: impl Into<String>) -> Self {
        Self::Qq {
            uid: uid.into(),
            col: Self::COLOUR,
            jp: "",
            nm: name.into(),
            tp: "0",
        }
    }

    /// A picture, by address.
    pub fn picture(src: impl Into<String>) -> Self {
        Self::Img {
            src: src.into(),
            jp: "",
        }
    }

    /// Plain text.
    pub fn text(txt: impl Into<String>) -> Self {
        Self::Nor {
            txt: txt.into(),
            col: Self::COLOUR,
            jp: "",
        }
    }
}
