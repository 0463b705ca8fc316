use nekonap_ids::{GroupUin, Uin};
use schemars::JsonSchema;
use serde::Serialize;

/// `notice` / `notify` / `poke` (api/events-and-segments §4.8).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "PokeNotice")]
pub struct Poke {
    /// Group number; absent in a private chat. Frameworks recognize a poke in a group by this key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_id: Option<GroupUin>,
    /// In a private chat the other person, in a group the account that poked.
    pub user_id: Uin,
    /// Account that poked.
    pub sender_id: Uin,
    /// Account that was poked.
    pub target_id: Uin,
    /// Verb, such as 戳了戳.
    pub action: String,
    /// Text after the target; may be empty.
    pub suffix: String,
    /// URL of a picture; may be empty.
    pub action_img_url: String,
    /// The notice line that clients show, in parts.
    pub raw_info: Vec<TipItem>,
}

/// A part of a notice line (the grey text that clients show in a chat). All values are strings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum TipItem {
    /// A person.
    Qq {
        /// Uid; the QQ number if the uid is unknown.
        uid: String,
        /// Number of the colour.
        col: &'static str,
        /// URL to open on click; may be empty.
        jp: &'static str,
        /// Name; may be empty.
        nm: String,
        /// Always `0`.
        tp: &'static str,
    },
    /// A picture.
    Img {
        /// URL of the picture.
        src: String,
        /// URL to open on click; may be empty.
        jp: &'static str,
    },
    /// Plain text.
    Nor {
        /// The text; may be empty.
        txt: String,
        /// Number of the colour.
        col: &'static str,
        /// URL to open on click; may be empty.
        jp: &'static str,
    },
}

impl TipItem {
    /// Colour of notice lines in clients.
    const COLOUR: &'static str = "1";

    /// A person. `uid`: the uid, or the QQ number if the uid is unknown.
    pub fn person(uid: impl Into<String>, name: impl Into<String>) -> Self {
        Self::Qq {
            uid: uid.into(),
            col: Self::COLOUR,
            jp: "",
            nm: name.into(),
            tp: "0",
        }
    }

    /// A picture. `src`: its URL.
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
