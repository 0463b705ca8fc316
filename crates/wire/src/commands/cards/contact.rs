//! Cards that recommend a person or a group, and links that invite into a group (protocol/04 §11.1, §11.2, api/newer
//! §2.1).

use bytes::Bytes;
use nekonap_ids::{GroupUin, Uin};

use crate::{
    command::Refusal,
    proto::cards::{GroupCardReply, GroupCardRequest, PersonCardRequest},
};

/// Telephone number of a person without one.
const NO_TELEPHONE: &str = "-";

impl PersonCardRequest {
    /// The card of a person. `telephone` is shown with it; empty for none.
    pub fn new(uin: Uin, telephone: &str) -> Self {
        let telephone = match telephone {
            "" => NO_TELEPHONE,
            telephone => telephone,
        };
        Self {
            uin: Some(uin.get()),
            telephone: Some(telephone.to_owned()),
            link: Some(person_link(uin)),
        }
    }
}

/// The link in the card of a person.
pub fn person_link(uin: Uin) -> String {
    format!("mqqapi://card/show_pslcard?src_type=internal&source=sharecard&version=1&uin={uin}")
}

impl GroupCardRequest {
    /// The card of a group, and its link. `parameter` is passed to the link; it may be empty.
    pub fn new(group: GroupUin, parameter: &str) -> Self {
        let parameter = (!parameter.is_empty()).then(|| Bytes::from(parameter.to_owned()));
        Self {
            r#type: Some(1),
            group: Some(group.get()),
            url_parameter: parameter,
            with_card: Some(1),
        }
    }
}

impl GroupCardReply {
    /// Checks the result code in the reply: the envelope can report success although it is not 0.
    ///
    /// # Errors
    /// The refusal of the service.
    pub fn outcome(self) -> Result<Self, Refusal> {
        Refusal::check_code(self.code, None)?;
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use prost::Message as _;

    use super::*;

    #[test]
    fn person_is_asked_for_with_a_link_and_a_dash_for_no_telephone() {
        let uin = Uin::new(10002).expect("an account");
        let link =
            "mqqapi://card/show_pslcard?src_type=internal&source=sharecard&version=1&uin=10002";
        // 1: 10002, 2: "-", 3: the link of 81 bytes
        let expected = [&b"\x08\x92\x4e\x12\x01-\x1a\x51"[..], link.as_bytes()].concat();
        let request = PersonCardRequest::new(uin, "");
        assert_eq!(request.encode_to_vec(), expected);
        let request = PersonCardRequest::new(uin, "110");
        assert_eq!(request.telephone.as_deref(), Some("110"));
    }

    #[test]
    fn group_is_asked_for_with_its_card() {
        let group = GroupUin::new(20001).expect("a group");
        let hex = |parameter| hex::encode(GroupCardRequest::new(group, parameter).encode_to_vec());
        assert_eq!(hex(""), "080110a19c012801");
        assert_eq!(hex("a=1"), "080110a19c012203613d312801");
    }

    #[test]
    fn code_in_the_reply_is_a_refusal() {
        // 1: 7
        let reply = GroupCardReply::decode(&b"\x08\x07"[..]).expect("a reply");
        assert_eq!(reply.outcome(), Err(Refusal::new(7, "")));
        // 3: "u", 5: "j"
        let reply = GroupCardReply::decode(&b"\x1a\x01u\x2a\x01j"[..]).expect("a reply");
        let reply = reply.outcome().expect("success");
        assert_eq!(reply.url.as_deref(), Some("u"));
        assert_eq!(reply.json.as_deref(), Some("j"));
    }
}
