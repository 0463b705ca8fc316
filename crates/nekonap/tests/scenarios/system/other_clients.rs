//! Other clients log in to the sandbox by QR code (api/sandbox §7).

use crate::story::Story;
use serde_json::json;

#[tokio::test]
async fn client_logs_in_by_qr_code_and_exchanges_messages() {
    let story = Story::new().await;
    let dave = story.client(10004).await;
    let mut friends = dave.friends().await;
    friends.sort_unstable();
    assert_eq!(friends, [10001, 10002, 10003, 10005]);
    let mut groups = dave.groups().await;
    groups.sort_unstable();
    assert_eq!(groups, [20001, 20002, 20003]);

    let sequence = dave.say_in_group(20001, "hello, all").await;
    let heard = story
        .bot()
        .hears(json!({"group_id": 20001, "user_id": 10004}))
        .await;
    assert_eq!(
        (&heard["raw_message"], &heard["real_seq"]),
        (&json!("hello, all"), &json!(sequence.to_string()))
    );
    story.bot().says(20001, "hello, Dave").await;
    dave.sees_in_group(20001, 10001, "hello, Dave").await;
    dave.say_to(10001, "just us").await;
    story
        .bot()
        .hears(json!({"message_type": "private", "user_id": 10004, "raw_message": "just us"}))
        .await;
    story.bot().tells(10004, "indeed").await;
    dave.sees_from(10001, "indeed").await;
}

#[tokio::test]
async fn clients_of_one_account_on_different_devices_receive_the_same_messages() {
    let story = Story::new().await;
    let phone = story.client_on(10003, "Android").await;
    let tablet = story.client_on(10003, "iPad").await;
    story.bot().tells(10003, "to both").await;
    phone.sees_from(10001, "to both").await;
    tablet.sees_from(10001, "to both").await;
    phone.say_in_group(20001, "from the phone").await;
    tablet.sees_in_group(20001, 10003, "from the phone").await;
    phone.say_to(10002, "and in private").await;
    tablet
        .sees(json!({"event": "message", "peer": 10002, "own": true, "text": "and in private"}))
        .await;

    // A second client on the same kind of device evicts the first.
    let another = story.client_on(10003, "Android").await;
    phone.sees(json!({"event": "logged_out"})).await;
    story.bot().tells(10003, "still both").await;
    another.sees_from(10001, "still both").await;
    tablet.sees_from(10001, "still both").await;
}

#[tokio::test]
async fn scan_or_confirmation_of_unknown_code_fails() {
    let story = Story::new().await;
    let bob = story.person(10002);
    for (verb, code, status) in [
        (
            "scan_login",
            "https://txz.qq.com/p?k=nobody-ever-showed-this&f=1",
            404,
        ),
        (
            "confirm_login",
            "https://txz.qq.com/p?k=nobody-ever-showed-this&f=1",
            404,
        ),
    ] {
        let (answered, answer) = bob.tries(verb, json!({"code": code})).await;
        assert_eq!(answered, status, "{verb}: {answer}");
    }
    let (missing, answer) = bob.tries("scan_login", json!({})).await;
    assert_eq!(missing, 400);
    assert!(
        answer["error"]
            .as_str()
            .is_some_and(|text| text.contains("code")),
        "{answer}"
    );
}
