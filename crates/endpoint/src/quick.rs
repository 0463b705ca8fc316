//! Quick operations: actions that the reply to an event requests (api/transports §8).
//!
//! An operation becomes calls of ordinary actions, which run one after the other. Frameworks may send back a shortened
//! event, so only the fields of api/transports §8 are read.

use nekonap_onebot::{
    Call, Encoding, Message, MessageParam, MessageRef, Object, ParamError, Segment,
    segments::{At, Reply},
};
use serde_json::{Value, json};

use crate::{
    bot::{Bot, Caller},
    error::Result,
};

/// Default duration of a mute, seconds.
const BAN_SECONDS: u64 = 1_800;

impl Bot {
    /// Runs a quick operation when the future is polled. If a call fails, the failure is logged and the next call runs.
    ///
    /// # Errors
    /// The event has no `post_type`.
    pub(crate) fn quick_operation(
        &self,
        event: &Object,
        operation: &Object,
        caller: Caller,
    ) -> Result<impl Future<Output = ()> + Send + 'static> {
        let calls = calls(event, operation, self.config().quick_reply_quote)?;
        let bot = self.clone();
        Ok(async move {
            for call in calls {
                let action = call.action.clone();
                let answer = bot.call(call, caller).answer().await;
                if !answer.is_ok() {
                    tracing::warn!(action, error = answer.message, "a quick operation failed");
                }
            }
        })
    }

    /// Runs the quick operation in a webhook's reply: `event` and `reply` are the bodies of request and response. A
    /// reply that is not a JSON object is ignored.
    pub async fn quick_reply(&self, event: &[u8], reply: &[u8], caller: Caller) {
        let Ok(operation) = serde_json::from_slice::<Object>(reply) else {
            return;
        };
        // This program rendered the event, so it is valid.
        let Ok(event) = serde_json::from_slice::<Object>(event) else {
            return;
        };
        match self.quick_operation(&event, &operation, caller) {
            Ok(operation) => operation.await,
            Err(failure) => tracing::warn!(error = failure.text, "a quick operation failed"),
        }
    }
}

/// The calls of an operation in the order in which they run: reply, delete, kick, ban.
fn calls(event: &Object, operation: &Object, quote: bool) -> Result<Vec<Call>> {
    let text = |key: &str| event.get(key).and_then(Value::as_str).unwrap_or_default();
    match text("post_type") {
        "" => Err(ParamError::missing("context.post_type").into()),
        "message" if text("message_type") == "group" => Ok(group(event, operation, quote)),
        "message" => Ok(private(event, operation)),
        "request" => Ok(request(event, operation)),
        _ => Ok(Vec::new()),
    }
}

/// The calls of an operation on a group message.
fn group(event: &Object, operation: &Object, quote: bool) -> Vec<Call> {
    let is_set = |key: &str| is_true(operation, key);
    let (group, user) = (field(event, "group_id"), field(event, "user_id"));
    let mut calls = Vec::new();
    if let Some(reply) = reply(operation) {
        let mut front = Vec::new();
        let quotes = reply
            .iter()
            .any(|segment| matches!(segment, Segment::Reply(_)));
        if quote
            && !quotes
            && let Ok(id) = serde_json::from_value::<MessageRef>(field(event, "message_id"))
        {
            front.push(Segment::Reply(Reply {
                id: Some(id),
                seq: None,
            }));
        }
        if is_set("at_sender")
            && let Ok(user) = serde_json::from_value(user.clone())
        {
            front.push(Segment::At(At::one(user)));
            front.push(Segment::text(" "));
        }
        let message: Message = front.into_iter().chain(reply).collect();
        calls.push(call(
            "send_group_msg",
            json!({"group_id": group, "message": message}),
        ));
    }
    if is_set("delete") {
        calls.push(call(
            "delete_msg",
            json!({"message_id": event.get("message_id")}),
        ));
    }
    // An anonymous message does not contain the sender's number.
    let anonymous = event.get("anonymous").is_some_and(|who| !who.is_null());
    if is_set("kick") && !anonymous {
        let forever = is_set("reject_add_request");
        calls.push(call(
            "set_group_kick",
            json!({"group_id": group, "user_id": user, "reject_add_request": forever}),
        ));
    }
    if is_set("ban") && !anonymous {
        let seconds = operation.get("ban_duration").and_then(Value::as_u64);
        calls.push(call(
            "set_group_ban",
            json!({"group_id": group, "user_id": user, "duration": seconds.unwrap_or(BAN_SECONDS)}),
        ));
    }
    calls
}

/// The calls of an operation on a private message: a reply, into the same temporary chat if it is one.
fn private(event: &Object, operation: &Object) -> Vec<Call> {
    let Some(message) = reply(operation) else {
        return Vec::new();
    };
    let params = json!({
        "user_id": field(event, "user_id"), "group_id": event.get("group_id"), "message": message,
    });
    vec![call("send_private_msg", params)]
}

/// The call of an operation on a request; none without `approve`.
fn request(event: &Object, operation: &Object) -> Vec<Call> {
    let Some(approve) = operation.get("approve").and_then(Value::as_bool) else {
        return Vec::new();
    };
    let flag = event.get("flag");
    match event.get("request_type").and_then(Value::as_str) {
        Some("friend") => vec![call(
            "set_friend_add_request",
            json!({"flag": flag, "approve": approve, "remark": operation.get("remark")}),
        )],
        Some("group") => vec![call(
            "set_group_add_request",
            json!({
                "flag": flag, "sub_type": event.get("sub_type"), "approve": approve,
                "reason": operation.get("reason"),
            }),
        )],
        _ => Vec::new(),
    }
}

/// The reply of an operation, if it has one. An invalid reply is logged.
fn reply(operation: &Object) -> Option<Message> {
    let reply = operation.get("reply").filter(|reply| !reply.is_null())?;
    let literally = is_true(operation, "auto_escape");
    match MessageParam::new(reply.clone()).read(literally) {
        Ok(message) => Some(message).filter(|message| !message.is_empty()),
        Err(error) => {
            tracing::warn!(%error, "the reply of a quick operation cannot be read");
            None
        }
    }
}

/// Whether a field is `true`. Every other value counts as absent.
fn is_true(operation: &Object, key: &str) -> bool {
    operation.get(key) == Some(&Value::Bool(true))
}

fn field(event: &Object, key: &str) -> Value {
    event.get(key).cloned().unwrap_or_default()
}

fn call(action: &str, params: Value) -> Call {
    let params = match params {
        Value::Object(params) => params,
        _ => Object::new(),
    };
    Call {
        action: action.to_owned(),
        params,
        echo: None,
        encoding: Encoding::Json,
    }
}

#[cfg(test)]
mod tests {
    use nekonap_onebot::Code;

    use super::*;

    /// The calls of an operation, as `(action, parameters)`.
    fn of(event: Value, operation: Value) -> Vec<(String, Value)> {
        let object = |value: Value| match value {
            Value::Object(object) => object,
            other => panic!("not an object: {other}"),
        };
        calls(&object(event), &object(operation), true)
            .expect("an event")
            .into_iter()
            .map(|call| (call.action, Value::Object(call.params)))
            .collect()
    }

    fn in_a_group() -> Value {
        json!({
            "post_type": "message", "message_type": "group", "sub_type": "normal", "group_id": 20001, "user_id": 10002,
            "message_id": 7, "anonymous": null,
        })
    }

    #[test]
    fn reply_in_a_group_quotes_the_message() {
        let quote = json!({"type": "reply", "data": {"id": "7"}});
        let text = |text: &str| json!({"type": "text", "data": {"text": text}});
        let [(action, params)] = &of(in_a_group(), json!({"reply": "hi"}))[..] else {
            panic!("one call")
        };
        assert_eq!(action, "send_group_msg");
        assert_eq!(
            *params,
            json!({"group_id": 20001, "message": [quote, text("hi")]})
        );
        let at = json!({"type": "at", "data": {"qq": "10002"}});
        let mentioned = of(in_a_group(), json!({"reply": "hi", "at_sender": true}));
        assert_eq!(mentioned[0].1["message"], json!([quote, at, text(" hi")]));
        // One that quotes already is left as it is.
        let other = of(in_a_group(), json!({"reply": "[CQ:reply,id=3]hi"}));
        let unchanged = json!({"type": "reply", "data": {"id": "3"}});
        assert_eq!(other[0].1["message"], json!([unchanged, text("hi")]));
    }

    #[test]
    fn escaped_reply_is_literal() {
        let event = json!({"post_type": "message", "message_type": "private", "user_id": 10002, "group_id": 20001});
        let sent = of(
            event,
            json!({"reply": "[CQ:face,id=1]", "auto_escape": true}),
        );
        let text = json!({"type": "text", "data": {"text": "[CQ:face,id=1]"}});
        let params = json!({"user_id": 10002, "group_id": 20001, "message": [text]});
        assert_eq!(sent, [("send_private_msg".to_owned(), params)]);
    }

    #[test]
    fn calls_are_in_order() {
        let operation = json!({
            "ban": true, "kick": true, "reject_add_request": true, "delete": true, "reply": "bye",
        });
        let done = of(in_a_group(), operation);
        let names: Vec<&str> = done.iter().map(|(action, _)| action.as_str()).collect();
        assert_eq!(
            names,
            [
                "send_group_msg",
                "delete_msg",
                "set_group_kick",
                "set_group_ban"
            ]
        );
        assert_eq!(done[1].1, json!({"message_id": 7}));
        assert_eq!(done[2].1["reject_add_request"], true);
        assert_eq!(
            done[3].1,
            json!({"group_id": 20001, "user_id": 10002, "duration": 1_800})
        );
    }

    #[test]
    fn values_of_the_wrong_type_count_as_absent() {
        for operation in [
            json!({"delete": "true", "kick": 1, "ban": null, "reply": ""}),
            json!({"reply": null}),
            json!({"reply": [], "approve": true}),
            json!({}),
        ] {
            assert_eq!(of(in_a_group(), operation.clone()), [], "{operation}");
        }
        let mut anonymous = in_a_group();
        anonymous["anonymous"] = json!({"id": 1});
        assert_eq!(of(anonymous, json!({"kick": true, "ban": true})), []);
    }

    #[test]
    fn request_is_answered_only_with_a_decision() {
        let event = json!({"post_type": "request", "request_type": "group", "sub_type": "add", "flag": "f"});
        assert_eq!(of(event.clone(), json!({"reason": "no"})), []);
        let refused = of(event, json!({"approve": false, "reason": "no"}));
        let params = json!({"flag": "f", "sub_type": "add", "approve": false, "reason": "no"});
        assert_eq!(refused, [("set_group_add_request".to_owned(), params)]);
        let event = json!({"post_type": "request", "request_type": "friend", "flag": "f"});
        let approved = of(event, json!({"approve": true, "remark": "Bob"}));
        let params = json!({"flag": "f", "approve": true, "remark": "Bob"});
        assert_eq!(approved, [("set_friend_add_request".to_owned(), params)]);
    }

    #[test]
    fn other_events_are_ignored_and_missing_event_fails() {
        let notice = json!({"post_type": "notice", "notice_type": "group_ban", "group_id": 20001});
        assert_eq!(of(notice, json!({"reply": "hi"})), []);
        let error = calls(&Object::new(), &Object::new(), true).expect_err("no event");
        assert_eq!(error.code, Code::ParamMissing);
    }
}
