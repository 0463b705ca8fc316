//! `ocr_image`, `set_qq_avatar`, `set_group_portrait`.

use super::png;
use crate::story::{Story, over_both};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use nekonap_onebot::Code;
use serde_json::{Value, json};

fn encoded(bytes: &[u8]) -> String {
    format!("base64://{}", STANDARD.encode(bytes))
}

#[tokio::test]
async fn text_of_a_picture_is_recognised() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let bytes = png(2_000, 1);
        let picture = json!([{
            "type": "image", "base64": STANDARD.encode(&bytes), "caption": "first line\n第二行"
        }]);
        story.person(10002).says(20003, picture).await;
        let heard = bot.hears(json!({"group_id": 20003})).await;
        let data = &heard["message"][0]["data"];
        for (action, image) in [
            ("ocr_image", data["file"].clone()),
            (".ocr_image", data["url"].clone()),
            ("ocr_image", json!(encoded(&bytes))),
        ] {
            let found = bot.call(action, json!({"image": image})).await.ok();
            let texts = found["texts"].as_array().expect("a list");
            assert_eq!(texts.len(), 2, "{found}");
            assert_eq!((&texts[0]["text"], &texts[1]["text"]), (&json!("first line"), &json!("第二行")));
            assert_eq!(texts[1]["confidence"], 99);
            // 10 × 20 pixels, in two halves.
            assert_eq!(
                texts[1]["coordinates"],
                json!([{"x": 0, "y": 10}, {"x": 10, "y": 10}, {"x": 10, "y": 20}, {"x": 0, "y": 20}])
            );
            assert_eq!(found["language"], "zh");
        }
        let nothing = json!({"image": encoded(&png(900, 2))});
        let nothing = bot.call("ocr_image", nothing).await.ok();
        assert_eq!(nothing["texts"], json!([]));
        for (call, code) in [
            (json!({}), Code::ParamMissing),
            (json!({"image": "/no/such/file"}), Code::FileNotFound),
            (json!({"image": encoded(b"words")}), Code::LoadFile),
        ] {
            bot.call("ocr_image", call).await.fails(code);
        }
    })
    .await;
}

/// SHA-1 of the picture of a person or group of the sandbox.
async fn portrait(story: &Story, list: &str, key: &str, number: u64) -> Value {
    let world = story.look("world").await;
    let all = world[list].as_array().expect("a list");
    let found = all
        .iter()
        .find(|one| one[key] == number)
        .expect("it is there");
    found["portrait"].clone()
}

#[tokio::test]
async fn pictures_of_the_account_and_of_groups_are_set() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let (own, group) = (png(3_000, 1), png(4_000, 2));
        assert_eq!(portrait(&story, "people", "uin", 10001).await, Value::Null);
        let set = bot
            .call("set_qq_avatar", json!({"file": encoded(&own)}))
            .await
            .ok();
        assert_eq!(set, Value::Null);
        let sha1 = portrait(&story, "people", "uin", 10001).await;
        assert!(story.file(sha1.as_str().expect("a hash")).await == own);
        let link = format!("http://{}/g?b=qq&nk=10001&s=640", story.ready().wire);
        assert!(story.fetch(&link).await == (200, own.clone()));
        // The same picture once more: nothing is transferred, and it is set again.
        let other = json!({"file": encoded(&group)});
        bot.call("set_qq_avatar", other).await.ok();
        bot.call("set_qq_avatar", json!({"file": encoded(&own)}))
            .await
            .ok();
        assert!(story.fetch(&link).await == (200, own));
        let call = json!({"group_id": 20001, "file": encoded(&group)});
        bot.call("set_group_portrait", call).await.ok();
        let link = format!("http://{}/gh/20001/20001/0/", story.ready().wire);
        assert!(story.fetch(&link).await == (200, group.clone()));
        let call = json!({"group_id": 20003, "file": encoded(&group)});
        bot.call("set_group_portrait", call)
            .await
            .fails(Code::PermissionDenied);
        assert_eq!(
            portrait(&story, "groups", "group", 20003).await,
            Value::Null
        );
        for (call, code) in [
            (json!({}), Code::ParamMissing),
            (json!({"file": "/no/such/file"}), Code::FileNotFound),
            (json!({"file": encoded(b"no picture")}), Code::LoadFile),
        ] {
            bot.call("set_qq_avatar", call).await.fails(code);
        }
        let call = json!({"group_id": 29999, "file": encoded(&group)});
        bot.call("set_group_portrait", call)
            .await
            .fails(Code::GroupNotFound);
        // People set theirs too.
        let bob = story.person(10002);
        let picture = STANDARD.encode(&group);
        bob.does("set_portrait", json!({"base64": picture})).await;
        let tried = bob
            .tries("set_portrait", json!({"group": 20003, "base64": picture}))
            .await;
        assert_eq!(tried.0, 403);
    })
    .await;
}
