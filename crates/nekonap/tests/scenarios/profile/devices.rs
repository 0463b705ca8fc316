//! `get_online_clients` and the account's other devices. The event `client_status`, which is off by default, is in
//! `process/devices.rs`.

use crate::story::{Bot, STEP_TIMEOUT, Story};
use nekonap_onebot::Code;
use serde_json::{Value, json};

/// Waits until these are the kinds of the bot's other devices.
async fn has_devices(bot: &Bot, kinds: &[&str]) -> Vec<Value> {
    let wait = async {
        loop {
            let answer = bot.call("get_online_clients", json!({})).await.ok();
            let clients = answer["clients"].as_array().expect("a list").clone();
            let found = clients.iter().map(|client| &client["device_kind"]);
            if found.eq(kinds) {
                return clients;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(STEP_TIMEOUT, wait)
        .await
        .unwrap_or_else(|_| panic!("the devices are {kinds:?}"))
}

#[tokio::test]
async fn devices_of_the_account_are_listed_while_they_are_online() {
    let story = Story::new().await;
    let (bot, me) = (story.bot(), story.person(10001));
    has_devices(bot, &[]).await;

    // A phone, and a second client of the account.
    let phone = json!({"name": "Neko's phone", "kind": "iPhone"});
    let phone = me.does("device_online", phone).await["device"].clone();
    let clients = has_devices(bot, &["iPhone"]).await;
    let expected = json!({"app_id": phone, "device_name": "Neko's phone", "device_kind": "iPhone"});
    assert_eq!(clients, [expected]);
    let desktop = story.client_on(10001, "Windows").await;
    has_devices(bot, &["windows", "iPhone"]).await;
    let newer = json!({"_profile": "napcat-4.18", "no_cache": true});
    let newer = bot.call("get_online_clients", newer).await.envelope;
    assert_eq!(newer["data"].as_array().map(Vec::len), Some(2), "{newer}");

    // Each client sees the others come and go, but nothing of other accounts.
    let bobs = story.person(10002);
    bobs.does("device_online", json!({"name": "Bob's phone"}))
        .await;
    me.does(
        "device_online",
        json!({"name": "Neko's pad", "kind": "iPad"}),
    )
    .await;
    desktop
        .sees(json!({"event": "device", "name": "Neko's pad", "kind": "iPad", "online": true}))
        .await;
    me.does("device_offline", json!({"device": phone})).await;
    desktop
        .sees(json!({"event": "device", "name": "Neko's phone", "online": false}))
        .await;
    has_devices(bot, &["windows", "iPad"]).await;
    let (status, refused) = me.tries("device_offline", json!({"device": phone})).await;
    assert_eq!((status, &refused["code"]), (404, &json!("not_found")));
    let world = story.look("world").await;
    let kinds: Vec<&Value> = world["people"][0]["devices"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|device| &device["kind"])
        .collect();
    assert_eq!(kinds, ["linux", "windows", "iPad"]);
}

#[tokio::test]
async fn devices_are_known_again_after_a_reconnection_and_unknown_while_offline() {
    let story = Story::new().await;
    let (bot, me) = (story.bot(), story.person(10001));
    me.does("device_online", json!({"name": "Neko's phone"}))
        .await;
    has_devices(bot, &["Android"]).await;
    story.fault(json!({"fault": "drop_connections"})).await;
    story
        .journal(json!({"by": 10001, "name": "presence", "detail": {"online": false}}))
        .await;
    bot.is_online().await;
    has_devices(bot, &["Android"]).await;
    story
        .fault(json!({"fault": "kick", "uin": 10001, "title": "t", "message": "m"}))
        .await;
    bot.hears(json!({"notice_type": "bot_offline"})).await;
    bot.call("get_online_clients", json!({}))
        .await
        .fails(Code::Offline);
}
