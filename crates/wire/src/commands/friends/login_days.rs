//! On how many days an account was online (protocol/04 §3.10).

use nekonap_ids::Uin;
use serde::{Deserialize, Serialize};

use crate::{
    command::{DecodeError, Refusal, ReplyError},
    proto::friends::{JsonReply, JsonRequest},
};

#[derive(Serialize, Deserialize)]
struct Request {
    msg_req_basic_info: RequestedInfo,
    uint32_req_login_info: u32,
}

#[derive(Serialize, Deserialize)]
struct RequestedInfo {
    uint64_request_uin: Vec<u64>,
}

#[derive(Default, Serialize, Deserialize)]
struct Reply {
    #[serde(rename = "ErrorCode", default)]
    error_code: i64,
    #[serde(default)]
    msg_rsp_basic_info: ReplyInfo,
}

#[derive(Default, Serialize, Deserialize)]
struct ReplyInfo {
    #[serde(default)]
    rpt_msg_basic_info: Vec<Known>,
}

#[derive(Serialize, Deserialize)]
struct Known {
    #[serde(default)]
    uint64_uin: u64,
    #[serde(default)]
    uint32_login_days: u32,
}

impl JsonRequest {
    /// Requests on how many days an account was online.
    pub fn login_days(uin: Uin) -> Self {
        let request = Request {
            msg_req_basic_info: RequestedInfo {
                uint64_request_uin: vec![uin.get()],
            },
            uint32_req_login_info: 1,
        };
        Self {
            field_2: Some(0),
            // A struct of numbers always serializes.
            json: Some(serde_json::to_string(&request).unwrap_or_default()),
        }
    }

    /// Checks that this requests login days, and returns the accounts, for a server. Numbers that are no account are skipped.
    ///
    /// # Errors
    /// [`DecodeError::Invalid`] if the JSON is another.
    pub fn login_days_of(&self) -> Result<Vec<Uin>, DecodeError> {
        let json = self.json.as_deref().unwrap_or_default();
        let request: Request =
            serde_json::from_str(json).map_err(|_| DecodeError::Invalid("json"))?;
        let uins = request.msg_req_basic_info.uint64_request_uin.into_iter();
        Ok(uins.filter_map(|uin| Uin::new(uin).ok()).collect())
    }
}

impl JsonReply {
    /// Login days of accounts, for a server.
    pub fn of_login_days(days: impl IntoIterator<Item = (Uin, u32)>) -> Self {
        let known = days.into_iter().map(|(uin, days)| Known {
            uint64_uin: uin.get(),
            uint32_login_days: days,
        });
        let reply = Reply {
            error_code: 0,
            msg_rsp_basic_info: ReplyInfo {
                rpt_msg_basic_info: known.collect(),
            },
        };
        Self {
            json: Some(serde_json::to_string(&reply).unwrap_or_default()),
        }
    }

    /// On how many days this account was online; `None` if the reply does not say it.
    ///
    /// # Errors
    /// The JSON contains an error code, or is another.
    pub fn login_days(&self, uin: Uin) -> Result<Option<u32>, ReplyError> {
        let json = self.json.as_deref().unwrap_or_default();
        let reply: Reply = serde_json::from_str(json)
            .map_err(|_| ReplyError::Malformed(DecodeError::Invalid("json")))?;
        if reply.error_code != 0 {
            return Err(Refusal::new(reply.error_code, "").into());
        }
        let known = reply.msg_rsp_basic_info.rpt_msg_basic_info;
        let known = known.iter().find(|known| known.uint64_uin == uin.get());
        Ok(known.map(|known| known.uint32_login_days))
    }
}
