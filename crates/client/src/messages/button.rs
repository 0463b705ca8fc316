//! Presses buttons below the messages of robots. protocol/02 §11.3

use nekonap_ids::{GroupUin, Sequence};
use nekonap_wire::{commands::messages::PressButton, proto::messages::PressRequest};

use crate::{client::Client, error::CallError};

impl Client {
    /// Presses a button below a robot's message in a group, and returns the text that the server shows for it; may be empty.
    ///
    /// `robot`: the robot's app id, or its account number. `sequence`: the message with the button; with a wrong
    /// number the server takes the newest one that has it. `data`: what the robot gets, usually the data of the button.
    ///
    /// # Errors
    /// The server refuses (not in that group; no such robot or button; the account may not press it) or does not reply.
    pub async fn press_button(
        &self,
        group: GroupUin,
        robot: u64,
        sequence: Sequence,
        button: String,
        data: String,
    ) -> Result<String, CallError> {
        let request = PressRequest::new(group, robot, sequence, button, data);
        let session = self.inner.session()?;
        Ok(session.call::<PressButton>(&request).await?.outcome()?)
    }
}
