//! Sets what the account says about its own stickers (protocol/03 §8.3).

use crate::{
    command::Refusal,
    proto::faces::{DescribeReply, DescribeRequest, DescribedFace, Description},
};

/// `operation` of a description.
pub const DESCRIBE: u32 = 3;

impl DescribeRequest {
    /// Describes a sticker. `system`: name of the client's system; `md5`: of the picture, in upper-case hex.
    pub fn new(system: &str, face_id: String, md5: String, text: String) -> Self {
        Self {
            field_1: Some(1),
            os_version: Some(system.to_owned()),
            operation: Some(DESCRIBE),
            description: Some(Description {
                face: Some(DescribedFace {
                    face_id: Some(face_id),
                    md5: Some(md5),
                }),
                text: Some(text),
            }),
            field_12: Some(1),
        }
    }
}

impl DescribeReply {
    /// For a server: a success.
    pub fn done() -> Self {
        Self {
            ret_code: Some(0),
            err_msg: Some(String::new()),
            operation: Some(DESCRIBE),
        }
    }

    /// Checks the result code in the reply.
    ///
    /// # Errors
    /// The refusal of the service.
    pub fn outcome(self) -> Result<(), Refusal> {
        Refusal::check_code(self.ret_code, self.err_msg)
    }
}

#[cfg(test)]
mod tests {
    use prost::Message as _;

    use super::*;

    #[test]
    fn known_answers_of_a_description() {
        let text = |text: &str| text.to_owned();
        let request = DescribeRequest::new("L", text("f"), text("0A"), text("hug"));
        // 1: 1, 2: "L", 3: 3, 5 { 1 { 1: "f", 2: "0A" }, 2: "hug" }, 12: 1
        assert_eq!(
            hex::encode(request.encode_to_vec()),
            "080112014c18032a0e0a070a01661202304112036875676001"
        );
        // 1: 0, 2: "", 3: 3
        assert_eq!(
            hex::encode(DescribeReply::done().encode_to_vec()),
            "080012001803"
        );
        let refused = DescribeReply::decode(&b"\x08\x09\x12\x02no"[..]).expect("a reply");
        assert_eq!(refused.outcome(), Err(Refusal::new(9, "no")));
    }
}
