//! One-way friends: people who have the account in their friend list and are not in its own (protocol/04 §3.10).

use base64::{Engine as _, engine::general_purpose::STANDARD};
use nekonap_ids::{Uid, Uin};
use serde::{Deserialize, Serialize};

use crate::{
    command::{DecodeError, Refusal, ReplyError},
    proto::friends::{JsonReply, JsonRequest},
};

/// Number of people that a request asks for, as clients send it.
const LIMIT: u32 = 99;

/// A one-way friend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneWayFriend {
    /// Account number.
    pub uin: Uin,
    /// Uid.
    pub uid: Option<Uid>,
    /// Nickname.
    pub nickname: String,
    /// Age in years; 0 if unknown.
    pub age: u32,
    /// How the friendship was made, as text; may be empty.
    pub source: String,
}

#[derive(Serialize, Deserialize)]
struct Request {
    uint64_uin: u64,
    uint64_top: u64,
    uint32_req_num: u32,
    bytes_cookies: String,
}

#[derive(Serialize, Deserialize)]
struct Reply {
    #[serde(rename = "ErrorCode", default)]
    error_code: i64,
    #[serde(default)]
    rpt_block_list: Vec<Listed>,
}

#[derive(Serialize, Deserialize)]
struct Listed {
    #[serde(default)]
    uint64_uin: u64,
    #[serde(default)]
    str_uid: String,
    #[serde(default)]
    bytes_nick: String,
    #[serde(default)]
    uint32_age: u32,
    #[serde(default)]
    uint32_sex: u32,
    #[serde(default)]
    bytes_source: String,
}

impl JsonRequest {
    /// Requests the one-way friends of the account `me`.
    pub fn one_way_friends(me: Uin) -> Self {
        let request = Request {
            uint64_uin: me.get(),
            uint64_top: 0,
            uint32_req_num: LIMIT,
            bytes_cookies: String::new(),
        };
        Self {
            field_2: Some(0),
            // A struct of numbers and texts always serializes.
            json: Some(serde_json::to_string(&request).unwrap_or_default()),
        }
    }

    /// Checks that this requests one-way friends, and returns how many at most, for a server.
    ///
    /// # Errors
    /// [`DecodeError::Invalid`] if the JSON is another.
    pub fn one_way_limit(&self) -> Result<usize, DecodeError> {
        let json = self.json.as_deref().unwrap_or_default();
        let request: Request =
            serde_json::from_str(json).map_err(|_| DecodeError::Invalid("json"))?;
        Ok(usize::try_from(request.uint32_req_num).unwrap_or(usize::MAX))
    }
}

impl JsonReply {
    /// A list of one-way friends, for a server.
    pub fn of_one_way_friends(friends: &[OneWayFriend]) -> Self {
        let listed = friends.iter().map(|friend| Listed {
            uint64_uin: friend.uin.get(),
            str_uid: friend.uid.map(|uid| uid.to_string()).unwrap_or_default(),
            bytes_nick: STANDARD.encode(&friend.nickname),
            uint32_age: friend.age,
            uint32_sex: 0,
            bytes_source: STANDARD.encode(&friend.source),
        });
        let reply = Reply {
            error_code: 0,
            rpt_block_list: listed.collect(),
        };
        Self {
            json: Some(serde_json::to_string(&reply).unwrap_or_default()),
        }
    }

    /// The one-way friends. Entries without a uin are skipped.
    ///
    /// # Errors
    /// The JSON contains an error code, or is not a list of one-way friends.
    pub fn one_way_friends(&self) -> Result<Vec<OneWayFriend>, ReplyError> {
        let json = self.json.as_deref().unwrap_or_default();
        let reply: Reply = serde_json::from_str(json)
            .map_err(|_| ReplyError::Malformed(DecodeError::Invalid("json")))?;
        if reply.error_code != 0 {
            return Err(Refusal::new(reply.error_code, "").into());
        }
        let friends = reply.rpt_block_list.into_iter().filter_map(|listed| {
            Some(OneWayFriend {
                uin: Uin::new(listed.uint64_uin).ok()?,
                uid: Uid::new(&listed.str_uid).ok(),
                nickname: text(&listed.bytes_nick),
                age: listed.uint32_age,
                source: text(&listed.bytes_source),
            })
        });
        Ok(friends.collect())
    }
}

/// Text in base64; text in another form is returned unchanged.
fn text(encoded: &str) -> String {
    STANDARD.decode(encoded).map_or_else(
        |_| encoded.to_owned(),
        |bytes| String::from_utf8_lossy(&bytes).into_owned(),
    )
}
