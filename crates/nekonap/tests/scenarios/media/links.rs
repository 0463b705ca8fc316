//! Links to media in events and answers, and the keys that make them valid.

use super::png;
use crate::story::{Story, over_both};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

fn link(message: &Value) -> &str {
    message["message"][0]["data"]["url"]
        .as_str()
        .expect("a URL")
}

#[tokio::test]
async fn media_of_people_can_be_fetched_by_the_links_of_events_and_get_msg() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let bob = story.person(10002);
        let picture = png(5_000, 1);
        let sound = b"\x02#!SILK_V3 and so on".to_vec();
        let video = b"\0\0\0\x20ftypisom and so on".to_vec();
        for (kind, segment, bytes) in [
            ("image", "image", &picture),
            ("voice", "record", &sound),
            ("video", "video", &video),
        ] {
            let element = json!({"type": kind, "base64": STANDARD.encode(bytes)});
            bob.says(20003, json!([element])).await;
            let in_group = bot.hears(json!({"group_id": 20003})).await;
            bob.tells(10001, json!([element])).await;
            let in_private = bot.hears(json!({"message_type": "private"})).await;
            for message in [in_group, in_private] {
                assert_eq!(message["message"][0]["type"], segment);
                let data = &message["message"][0]["data"];
                assert_eq!(data["file_size"], bytes.len().to_string());
                assert!(
                    story.fetch(link(&message)).await == (200, bytes.clone()),
                    "{kind}"
                );
                let call = json!({"message_id": message["message_id"]});
                let again = bot.call("get_msg", call).await.ok();
                assert!(
                    story.fetch(link(&again)).await == (200, bytes.clone()),
                    "{kind}"
                );
            }
        }
    })
    .await;
}

#[tokio::test]
async fn links_lapse_and_new_ones_are_valid() {
    let story = Story::new().await;
    let bot = story.bot();
    let bytes = png(2_000, 2);
    let picture = json!([{"type": "image", "base64": STANDARD.encode(&bytes)}]);
    story.person(10002).says(20003, picture).await;
    let heard = bot.hears(json!({"group_id": 20003})).await;
    assert!(story.fetch(link(&heard)).await == (200, bytes));
    story.fault(json!({"fault": "expire_rkeys"})).await;
    assert_eq!(story.fetch(link(&heard)).await.0, 403);
    let forged = link(&heard).replace("appid=1407", "appid=1406");
    assert_eq!(story.fetch(&forged).await.0, 404);
    let unknown = link(&heard).replace("fileid=Eh", "fileid=Ei");
    assert_eq!(story.fetch(&unknown).await.0, 404);
}

#[tokio::test]
async fn keys_of_links_are_returned_in_three_forms() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let list = bot.call("get_rkey", json!({})).await.ok();
        let numbered = bot.call("nc_get_rkey", json!({})).await.ok();
        let pair = bot.call("get_rkey_server", json!({})).await.ok();
        assert_eq!(
            (&list[0]["type"], &list[1]["type"]),
            (&json!("private"), &json!("group"))
        );
        assert_eq!(
            (&numbered[0]["type"], &numbered[1]["type"]),
            (&json!(10), &json!(20))
        );
        let ends = |key: &Value| key["time"].as_u64().expect("a time") + 3_600;
        for (at, name) in ["private_rkey", "group_rkey"].into_iter().enumerate() {
            let key = list[at]["rkey"].as_str().expect("a key");
            assert!(key.starts_with("&rkey=CAQSK"), "{key}");
            assert_eq!(list[at]["ttl"], 3_600);
            assert_eq!(numbered[at]["rkey"], key);
            assert_eq!(numbered[at]["key"], key);
            assert_eq!(numbered[at]["expired"], ends(&numbered[at]));
            assert_eq!(pair[name], key);
        }
        assert_eq!(pair["expired_time"], ends(&numbered[0]));
        // A key is valid for all pictures of its scene.
        let bytes = png(1_000, 9);
        let picture = json!([{"type": "image", "base64": STANDARD.encode(&bytes)}]);
        story.person(10002).says(20003, picture).await;
        let heard = bot.hears(json!({"group_id": 20003})).await;
        let (bare, _) = link(&heard).split_once("&rkey=").expect("a key");
        let with = |at: usize| format!("{bare}{}", list[at]["rkey"].as_str().expect("a key"));
        assert!(story.fetch(&with(1)).await == (200, bytes));
        assert_eq!(story.fetch(&with(0)).await.0, 403);
        assert_eq!(story.fetch(bare).await.0, 403);
    })
    .await;
}
