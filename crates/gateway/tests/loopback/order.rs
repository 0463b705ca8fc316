//! Order of events (api/transports §4.2, §7): the lifecycle first, then all events in the same order for every connection.

use nekonap_gateway::{Config, Gateway, Listen, WsServer};
use nekonap_onebot::Form;
use serde_json::{Value, json};

use crate::online::Online;
use crate::support::Socket;

/// Number of messages, sent alternately to two groups.
const MESSAGES: usize = 40;

/// Group, text and id of the message in an event.
fn message_of(event: &Value) -> (Value, Value, Value) {
    assert_eq!(event["post_type"], "message_sent", "{event}");
    let of = |key: &str| event[key].clone();
    (of("group_id"), of("raw_message"), of("message_id"))
}

#[tokio::test]
async fn all_connections_receive_events_in_the_order_of_sending() {
    let online = Online::start().await;
    let entry = |name: &str, form| WsServer {
        name: name.to_owned(),
        listen: Listen::new("127.0.0.1", 0),
        own_messages: true,
        form,
        ..WsServer::default()
    };
    let config = Config {
        ws: vec![entry("arrays", Form::Array), entry("strings", Form::String)],
        ..Config::default()
    };
    let gateway = Gateway::start(config, online.bot.clone(), Vec::new())
        .await
        .expect("a gateway");
    let [arrays, strings] = [0, 1].map(|at| gateway.listening()[at].address);
    let mut caller = Socket::open(arrays, "/").await;
    let mut listener = Socket::open(strings, "/event").await;
    for socket in [&mut caller, &mut listener] {
        let first = socket.json().await;
        assert_eq!(first["meta_event_type"], "lifecycle");
        assert_eq!(first["self_id"], 10_001);
    }

    for number in 0..MESSAGES {
        let group = [20_001, 20_002][number % 2];
        let params =
            json!({"group_id": group, "message": format!("{number} [&]"), "auto_escape": true});
        let call = json!({"action": "send_group_msg", "params": params, "echo": number});
        caller.send(call.to_string()).await;
    }
    let (mut answers, mut events) = (vec![Value::Null; MESSAGES], Vec::new());
    while events.len() < MESSAGES || answers.contains(&Value::Null) {
        let frame = caller.json().await;
        match frame["echo"].as_u64() {
            Some(number) => {
                assert_eq!(frame["retcode"], 0, "{frame}");
                let number = usize::try_from(number).expect("small");
                answers[number] = frame["data"]["message_id"].clone();
            }
            None => {
                assert_eq!(frame["message_format"], "array");
                events.push(message_of(&frame));
            }
        }
    }
    let mut received = Vec::new();
    while received.len() < MESSAGES {
        let frame = listener.json().await;
        assert_eq!(frame["message"], frame["raw_message"], "as text");
        received.push(message_of(&frame));
    }
    assert_eq!(received, events, "the same order on every connection");
    for group in [20_001, 20_002] {
        let there: Vec<&(Value, Value, Value)> =
            events.iter().filter(|event| event.0 == group).collect();
        let sent = (0..MESSAGES).filter(|number| [20_001, 20_002][number % 2] == group);
        for (event, number) in there.iter().zip(sent) {
            assert_eq!(event.1, format!("{number} &#91;&amp;&#93;"), "in order");
            assert_eq!(event.2, answers[number], "the id that the answer returned");
        }
        assert_eq!(there.len(), MESSAGES / 2);
    }

    // A connection that opens later receives only later events.
    let mut late = Socket::open(strings, "/").await;
    assert_eq!(late.json().await["meta_event_type"], "lifecycle");
    let last =
        r#"{"action":"send_group_msg","params":{"group_id":20003,"message":"last"},"echo":"e"}"#;
    assert_eq!(caller.call(last).await["retcode"], 0);
    assert_eq!(message_of(&late.json().await).1, "last");
    drop((caller, listener, late));
    gateway.shutdown().await;
    online.end().await;
}
