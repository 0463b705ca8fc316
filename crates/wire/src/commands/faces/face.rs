//! Lists and deletes the account's own stickers (protocol/03 §8.3).

use nekonap_ids::Uin;

use crate::{
    command::Refusal,
    proto::faces::{FaceName, FacesClient, FacesReply, FacesRequest},
};

/// `sub_cmd` of a list.
pub const LIST: u32 = 1;
/// `sub_cmd` of a deletion.
pub const DELETE: u32 = 2;

/// `im_plat` of every client.
const PLATFORM: u32 = 1;

impl FacesRequest {
    /// For [`OperateFaces`](super::OperateFaces): all stickers of the account, with the names of the client's system and
    /// version.
    pub fn list(account: Uin, system: &str, version: &str) -> Self {
        Self {
            client: Some(FacesClient {
                im_plat: Some(PLATFORM),
                os_version: Some(system.to_owned()),
                q_version: Some(version.to_owned()),
            }),
            self_uin: Some(account.get()),
            sub_cmd: Some(LIST),
            faces: Vec::new(),
            field_6: Some(1),
        }
    }

    /// For [`OperateFaces`](super::OperateFaces): deletes these stickers of the account.
    pub fn delete(account: Uin, system: &str, faces: Vec<String>) -> Self {
        let name = |face_id| FaceName {
            face_id: Some(face_id),
        };
        Self {
            client: Some(FacesClient {
                im_plat: Some(PLATFORM),
                os_version: Some(system.to_owned()),
                q_version: None,
            }),
            self_uin: Some(account.get()),
            sub_cmd: Some(DELETE),
            faces: faces.into_iter().map(name).collect(),
            field_6: None,
        }
    }
}

impl FacesReply {
    /// Checks the result code in the reply.
    ///
    /// # Errors
    /// The refusal of the service.
    pub fn outcome(self) -> Result<Self, Refusal> {
        match self.ret_code.unwrap_or(0) {
            0 => Ok(self),
            code => Err(Refusal::new(code.into(), self.err_msg.unwrap_or_default())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bounded;
    use prost::Message;

    #[test]
    fn known_answers_of_requests() {
        let account = Uin::new(10001).expect("an account");
        let list = [
            0x0a, 10, 0x08, 1, 0x12, 1, b'L', 0x1a, 3, b'3', b'.', b'2', // 1
            0x10, 0x91, 0x4e, 0x18, 1, 0x30, 1, // 2, 3, 6
        ];
        assert_eq!(
            FacesRequest::list(account, "L", "3.2").encode_to_vec(),
            list
        );
        let delete = [
            0x0a, 5, 0x08, 1, 0x12, 1, b'L', // 1
            0x10, 0x91, 0x4e, 0x18, 2, // 2, 3
            0x2a, 3, 0x0a, 1, b'f', // 5[].1
        ];
        let request = FacesRequest::delete(account, "L", vec!["f".to_owned()]);
        assert_eq!(request.encode_to_vec(), delete);
    }

    #[test]
    fn known_answers_of_replies() {
        let list = [0x18, 1, 0x22, 7, 0x0a, 1, b'f', 0x1a, 2, b'q', b'e'];
        let list: FacesReply = bounded::decode(&list[..]).expect("a reply");
        let list = list.outcome().expect("a success").list.expect("a list");
        assert_eq!(list.face_ids, ["f"]);
        assert_eq!(list.bid.as_deref(), Some("qe"));
        let deleted = [0x18, 2, 0x2a, 5, 0x0a, 1, b'f', 0x10, 1];
        let deleted: FacesReply = bounded::decode(&deleted[..]).expect("a reply");
        let deleted = &deleted.deleted[0];
        assert_eq!(
            (deleted.face_id.as_deref(), deleted.status),
            (Some("f"), Some(1))
        );
        let refused: FacesReply =
            bounded::decode(&[0x08, 9, 0x12, 2, b'n', b'o'][..]).expect("a reply");
        assert_eq!(refused.outcome(), Err(Refusal::new(9, "no")));
    }
}
