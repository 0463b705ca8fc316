//! Presses a button below a robot's message (protocol/02 §11.3).

use nekonap_ids::{GroupUin, Sequence};

use crate::{
    command::Refusal,
    proto::messages::{PressReply, PressRequest},
};

/// `kind` of a chat that is a group.
pub const IN_GROUP: u32 = 1;

impl PressRequest {
    /// Presses a button in a group. `robot`: the robot's app id, or its account number; `sequence`: the message with the
    /// button; `data`: what the robot gets, usually the data of the button.
    pub fn new(
        group: GroupUin,
        robot: u64,
        sequence: Sequence,
        button: String,
        data: String,
    ) -> Self {
        Self {
            robot: Some(robot),
            sequence: Some(sequence.get()),
            button: Some(button),
            data: Some(data),
            field_7: Some(0),
            group: Some(group.get()),
            kind: Some(IN_GROUP),
        }
    }
}

impl PressReply {
    /// For a server: a success, with the text that the presser sees; may be empty.
    pub fn new(prompt: String) -> Self {
        Self {
            result: Some(0),
            prompt: Some(prompt),
            error: Some(String::new()),
        }
    }

    /// The text that the presser sees; may be empty.
    ///
    /// # Errors
    /// The refusal of the service.
    pub fn outcome(self) -> Result<String, Refusal> {
        Refusal::check_code(self.result, self.error)?;
        Ok(self.prompt.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use prost::Message as _;

    use super::*;

    #[test]
    fn request_names_the_robot_the_message_and_the_button() {
        let group = GroupUin::new(20001).expect("a group");
        let request = PressRequest::new(
            group,
            102_000_001,
            Sequence::new(1001),
            "b1".to_owned(),
            "/go".to_owned(),
        );
        // 3: 102000001, 4: 1001, 5: "b1", 6: "/go", 7: 0, 8: 20001, 9: 1
        assert_eq!(
            hex::encode(request.encode_to_vec()),
            "1881cbd13020e9072a02623132032f676f380040a19c014801"
        );
    }

    #[test]
    fn reply_has_a_prompt_or_a_refusal() {
        // 3: 0, 4: "ok", 5: ""
        let bytes = hex::decode("180022026f6b2a00").expect("hex");
        let reply = PressReply::decode(&bytes[..]).expect("a reply");
        assert_eq!(reply, PressReply::new("ok".to_owned()));
        assert_eq!(reply.outcome(), Ok("ok".to_owned()));
        assert_eq!(PressReply::default().outcome(), Ok(String::new()));
        // 3: 7, 5: "no"
        let bytes = hex::decode("18072a026e6f").expect("hex");
        let reply = PressReply::decode(&bytes[..]).expect("a reply");
        assert_eq!(reply.outcome(), Err(Refusal::new(7, "no")));
    }
}
