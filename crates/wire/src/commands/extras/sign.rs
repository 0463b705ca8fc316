//! Signs the account in to a group for the day (protocol/04 §7.1).

use nekonap_ids::{GroupUin, Uin};

use crate::{
    command::Refusal,
    proto::extras::{SignAnswer, SignRecord, SignReply, SignRequest, SignResult, Signing},
};

/// Version of the client. The server accepts any.
const VERSION: &str = "9.0.90";

impl SignRequest {
    /// Signs the account `me` in.
    pub fn new(group: GroupUin, me: Uin) -> Self {
        Self {
            signing: Some(Signing {
                uin: Some(me.to_string()),
                group: Some(group.to_string()),
                version: Some(VERSION.to_owned()),
            }),
        }
    }

    /// For a server: the group; `None` if it is missing or invalid.
    pub fn group(&self) -> Option<GroupUin> {
        self.signing.as_ref()?.group.as_ref()?.parse().ok()
    }
}

impl SignReply {
    /// For a server: the account has signed in. `days`: on how many days; `rank`: how many had signed in today, itself
    /// included; `time`: when, Unix seconds.
    pub fn new(group: GroupUin, days: u64, rank: u32, time: u64) -> Self {
        let record = SignRecord {
            title: Some("今日已成功打卡".to_owned()),
            days: Some(format!("已打卡{days}天")),
            words: vec![format!("今日第{rank}个打卡"), time.to_string()],
            url: Some(format!(
                "https://qun.qq.com/v2/signin/detail?_wv=1031&gc={group}"
            )),
        };
        Self::of(SignResult::default(), Some(record))
    }

    /// For a server: a refusal, which is inside the answer.
    pub fn refused(refusal: &Refusal) -> Self {
        let result = SignResult {
            code: Some(refusal.narrow()),
            text: Some(refusal.text.clone()),
        };
        Self::of(result, None)
    }

    fn of(result: SignResult, record: Option<SignRecord>) -> Self {
        Self {
            answer: Some(SignAnswer {
                result: Some(result),
                record,
            }),
        }
    }

    /// Checks the result code in the reply: the envelope can report success although it is not 0.
    ///
    /// # Errors
    /// The refusal of the service.
    pub fn outcome(self) -> Result<(), Refusal> {
        let result = self.answer.unwrap_or_default().result.unwrap_or_default();
        Refusal::check_code(result.code, result.text)
    }
}

#[cfg(test)]
mod tests {
    use prost::Message as _;

    use super::*;

    fn group() -> GroupUin {
        GroupUin::new(20001).expect("a group")
    }

    #[test]
    fn request_has_its_numbers_as_text() {
        let me = Uin::new(10001).expect("an account");
        let request = SignRequest::new(group(), me);
        // 2 { 1: "10001", 2: "20001", 3: "9.0.90" }
        assert_eq!(
            hex::encode(request.encode_to_vec()),
            "12160a053130303031120532303030311a06392e302e3930"
        );
        assert_eq!(request.group(), Some(group()));
        assert_eq!(SignRequest::default().group(), None);
    }

    #[test]
    fn code_in_the_reply_is_a_refusal() {
        assert_eq!(
            SignReply::new(group(), 3, 1, 1_700_000_000).outcome(),
            Ok(())
        );
        // 2 { 1 { 1: 7, 2: "no" } }
        let bytes = hex::decode("12080a0608071202").expect("hex");
        let bytes = [&bytes[..], b"no"].concat();
        let reply = SignReply::decode(&bytes[..]).expect("a reply");
        assert_eq!(reply.clone().outcome(), Err(Refusal::new(7, "no")));
        assert_eq!(SignReply::refused(&Refusal::new(7, "no")), reply);
    }

    #[test]
    fn record_contains_days_rank_and_time() {
        let reply = SignReply::new(group(), 3, 2, 1_700_000_000);
        let record = reply.answer.expect("an answer").record.expect("a record");
        assert_eq!(record.days.as_deref(), Some("已打卡3天"));
        assert_eq!(record.words, ["今日第2个打卡", "1700000000"]);
    }
}
