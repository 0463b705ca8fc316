//! A person of the world who acts through the sandbox's HTTP API.

use super::Shared;
use serde_json::{Value, json};
use std::sync::Arc;

pub(crate) struct Person {
    shared: Arc<Shared>,
    uin: u64,
}

impl Person {
    pub(super) fn new(shared: Arc<Shared>, uin: u64) -> Self {
        Self { shared, uin }
    }

    /// Runs an act, asserts that it succeeds, and returns its result.
    pub(crate) async fn does(&self, verb: &str, fields: Value) -> Value {
        let (status, answer) = self.tries(verb, fields).await;
        assert_eq!(status, 200, "{} may {verb}: {answer}", self.uin);
        answer
    }

    /// Runs an act; returns the HTTP status and the response.
    pub(crate) async fn tries(&self, verb: &str, fields: Value) -> (u16, Value) {
        let mut act = fields;
        act["as"] = json!(self.uin);
        act["do"] = json!(verb);
        self.shared
            .transcript
            .write(format!("{} does {act}", self.uin));
        let (status, answer) = self.shared.post("act", &act).await;
        self.shared
            .transcript
            .write(format!("        {status} {answer}"));
        (status, answer)
    }

    /// Sends a group message; returns its sequence.
    pub(crate) async fn says(&self, group: u64, message: impl Into<Value>) -> u64 {
        let message: Value = message.into();
        let said = self
            .does(
                "send_group_message",
                json!({"group": group, "message": message}),
            )
            .await;
        said["sequence"].as_u64().expect("a sequence")
    }

    /// Sends a message to a friend; returns its sequence.
    pub(crate) async fn tells(&self, friend: u64, message: impl Into<Value>) -> u64 {
        let message: Value = message.into();
        let said = self
            .does(
                "send_private_message",
                json!({"to": friend, "message": message}),
            )
            .await;
        said["sequence"].as_u64().expect("a sequence")
    }
}
