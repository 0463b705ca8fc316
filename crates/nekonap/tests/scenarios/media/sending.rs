//! `image`, `record` and `video` segments that the bot sends: from every kind of source to the people's screens.

use super::{local, mp4, png};
use crate::story::{Story, over_both};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use nekonap_onebot::Code;
use serde_json::{Value, json};

/// A voice of three blocks, 60 ms, in the form that QQ sends.
fn silk() -> Vec<u8> {
    hex::decode("02232153494c4b5f5633050011111111110700222222222222220300333333").expect("hex")
}

/// Sends one segment to the group 20003.
async fn send(story: &Story, kind: &str, data: Value) -> Value {
    let message = json!([{"type": kind, "data": data}]);
    let call = json!({"group_id": 20003, "message": message});
    story.bot().call("send_group_msg", call).await.ok()
}

/// The newest element that people of the group 20003 see, and the bytes behind it.
async fn seen(story: &Story) -> (Value, Vec<u8>) {
    let newest = story.newest_in_group(20003).await;
    let element = newest["message"][0].clone();
    let bytes = story.file(element["sha1"].as_str().expect("a hash")).await;
    (element, bytes)
}

#[tokio::test]
async fn picture_of_every_kind_of_source_arrives() {
    over_both(async |story: Story| {
        let folder = tempfile::tempdir().expect("a folder");
        let carol = story.client(10003).await;
        let bytes = png(3_000, 1);
        let path = folder.path().join("a picture.png");
        std::fs::write(&path, &bytes).expect("written");
        let path = path.to_str().expect("a path");
        let (_kept, file) = local(&bytes).await;
        let md5 = hex::encode_upper(file.hashes.md5);
        let link = format!("http://{}/gchatpic_new/0/0-0-{md5}/0", story.ready().wire);
        for source in [
            path.to_owned(),
            format!("file://{}", path.replace(' ', "%20")),
            format!("base64://{}", STANDARD.encode(&bytes)),
            format!("data:image/png;base64,{}", STANDARD.encode(&bytes)),
            link,
        ] {
            let data = json!({"file": source, "summary": "look", "sub_type": 1});
            let sent = send(&story, "image", data).await;
            let (element, arrived) = seen(&story).await;
            assert_eq!(element["type"], "image", "{source}");
            assert_eq!(
                (&element["width"], &element["height"]),
                (&json!(10), &json!(20))
            );
            assert_eq!(
                (&element["sub_type"], &element["summary"]),
                (&json!(1), &json!("look"))
            );
            assert!(arrived == bytes, "{source}");
            carol
                .sees(json!({"event": "message", "group": 20003, "from": 10001}))
                .await;
            let call = json!({"message_id": sent["message_id"]});
            let own = story.bot().call("get_msg", call).await.ok();
            let url = own["message"][0]["data"]["url"].as_str().expect("a URL");
            assert!(story.fetch(url).await == (200, bytes.clone()));
        }
    })
    .await;
}

#[tokio::test]
async fn pictures_stand_between_texts_and_in_forwards() {
    let story = Story::new().await;
    let (one, other) = (png(1_000, 1), png(1_000, 2));
    let picture = |bytes: &[u8]| json!({"type": "image", "data": {"file": format!("base64://{}", STANDARD.encode(bytes))}});
    let text = |text: &str| json!({"type": "text", "data": {"text": text}});
    let message = json!([text("a"), picture(&one), text("b"), picture(&other)]);
    let call = json!({"user_id": 10002, "message": message});
    story.bot().call("send_private_msg", call).await.ok();
    let newest = story.newest_between(10001, 10002).await;
    let kinds: Vec<&Value> = newest["message"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|element| &element["type"])
        .collect();
    assert_eq!(kinds, ["text", "image", "text", "image"]);
    let sha1 = newest["message"][3]["sha1"].as_str().expect("a hash");
    assert!(story.file(sha1).await == other);
    let node = json!({"type": "node", "data": {"user_id": 10002, "nickname": "Bob", "content": [picture(&one)]}});
    let call = json!({"group_id": 20003, "messages": [node]});
    story.bot().call("send_group_forward_msg", call).await.ok();
    let newest = story.newest_in_group(20003).await;
    let inner = &newest["message"][0]["messages"][0]["message"][0];
    assert_eq!(
        (&inner["type"], &inner["stored"]),
        (&json!("image"), &json!(true))
    );
}

#[tokio::test]
async fn voice_and_video_arrive() {
    let story = Story::new().await;
    let encoded = |bytes: &[u8]| format!("base64://{}", STANDARD.encode(bytes));
    send(&story, "record", json!({"file": encoded(&silk())})).await;
    let (element, arrived) = seen(&story).await;
    assert_eq!(
        (&element["type"], &element["seconds"]),
        (&json!("voice"), &json!(1))
    );
    assert!(arrived == silk());
    let video = mp4(320, 240, 2_500);
    for data in [
        json!({"file": encoded(&video)}),
        json!({"file": encoded(&video), "thumb": encoded(&png(500, 3))}),
    ] {
        send(&story, "video", data).await;
        let (element, arrived) = seen(&story).await;
        assert_eq!(element["type"], "video");
        assert_eq!(
            (&element["width"], &element["height"]),
            (&json!(320), &json!(240))
        );
        assert_eq!(element["seconds"], 3);
        assert!(arrived == video);
    }
}

#[tokio::test]
async fn received_media_are_sent_again_without_a_transfer() {
    let story = Story::new().await;
    let bot = story.bot();
    let bytes = png(2_000, 4);
    let picture = json!([{"type": "image", "base64": STANDARD.encode(&bytes)}]);
    story.person(10002).tells(10001, picture).await;
    let heard = bot.hears(json!({"message_type": "private"})).await;
    // The whole received segment, with its link.
    let call = json!({"group_id": 20003, "message": heard["message"]});
    bot.call("send_group_msg", call).await.ok();
    let (_, arrived) = seen(&story).await;
    assert!(arrived == bytes);
    let journal = story.look("journal").await;
    let uploads = journal.as_array().expect("a list").iter();
    let uploads = uploads.filter(|entry| entry["name"] == "PicUp.DataUp");
    assert_eq!(uploads.count(), 0);
}

#[tokio::test]
async fn what_cannot_be_sent_is_refused_and_nothing_is_sent() {
    let story = Story::new().await;
    let bot = story.bot();
    let text = format!(
        "base64://{}",
        STANDARD.encode(b"no picture at all, but long enough")
    );
    let large = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(large.path(), png(31 << 20, 5)).expect("written");
    let large = large.path().to_str().expect("a path");
    for (kind, data, code) in [
        (
            "image",
            json!({"file": "/no/such/file.png"}),
            Code::FileNotFound,
        ),
        ("image", json!({"file": text}), Code::LoadFile),
        ("image", json!({"file": "base64://"}), Code::LoadFile),
        ("image", json!({"file": large}), Code::FileTooLarge),
        ("video", json!({"file": text}), Code::LoadFile),
        ("image", json!({}), Code::ParamMissing),
    ] {
        let message = json!([
            {"type": "text", "data": {"text": "before"}}, {"type": kind, "data": data}
        ]);
        let call = json!({"group_id": 20003, "message": message});
        bot.call("send_group_msg", call).await.fails(code);
    }
    assert_eq!(story.newest_in_group(20003).await, Value::Null);
}
