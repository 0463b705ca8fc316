//! Posts and comments with pictures. api/newer §3.3

use super::{posts, three_bots};
use crate::story::{Story, picture};
use nekonap_onebot::Code;
use serde_json::{Value, json};

/// A GIF with one pixel.
const GIF: &str = "R0lGODlhAQABAIAAAP///wAAACH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==";

/// A PNG with one pixel.
fn png() -> String {
    picture()["base64"].as_str().expect("base64").to_owned()
}

/// The bytes at an address, as base64.
async fn fetched(url: &Value) -> String {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let http = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("an HTTP client");
    let request = http.get(url.as_str().expect("an address"));
    let response = request.send().await.expect("an answer");
    assert!(response.status().is_success(), "{url}");
    STANDARD.encode(response.bytes().await.expect("bytes"))
}

#[tokio::test]
async fn post_with_pictures_is_read_answered_and_narrowed() {
    let story = three_bots().await;
    let (bot, bob, carol) = (story.bot(), story.bot_of(10002), story.bot_of(10003));
    let images = [
        format!("base64://{}", png()),
        format!("data:image/gif;base64,{GIF}"),
    ];
    let sent = bot.call(
        "send_qzone_msg",
        json!({"content": "two roses", "images": images}),
    );
    let tid = sent.await.ok()["tid"].clone();
    let at = json!({"tid": tid, "target_uin": 10001});
    let list = bob
        .call("get_qzone_msg_list", json!({"target_uin": 10001}))
        .await
        .ok();
    let seen = &list["msglist"][0]["images"];
    assert_eq!(seen.as_array().map(Vec::len), Some(2));
    assert_eq!(fetched(&seen[0]).await, png());
    assert_eq!(fetched(&seen[1]).await, GIF);
    let feeds = bob.call("get_qzone_feeds", json!({})).await.ok();
    assert_eq!(&feeds["feeds"][0]["images"], seen);
    bob.call("like_qzone", at.clone()).await.ok();
    let comment = json!({"tid": tid, "target_uin": 10001, "content": "", "images": [format!("base64://{GIF}")]});
    let made = bob.call("comment_qzone", comment).await.ok();
    let comments = bot
        .call("get_qzone_msg_comments", json!({"tid": tid}))
        .await
        .ok();
    assert_eq!(fetched(&comments["comments"][0]["images"][0]).await, GIF);
    let answer = json!({"tid": tid, "content": "thanks", "comment_id": made["comment_id"], "comment_uin": 10002});
    bot.call("comment_qzone", answer).await.ok();
    let before = posts(&story, 10001).await[0].clone();
    let narrowed = json!({"tid": tid, "ugc_right": 16, "target_uins": [10002]});
    bot.call("set_qzone_msg_right", narrowed).await.ok();
    let mut expected = before;
    expected["right"] = json!(16);
    expected["people"] = json!([10002]);
    assert_eq!(posts(&story, 10001).await[0], expected);
    let detail = bob.call("get_qzone_msg_detail", at.clone()).await.ok();
    assert_eq!(&detail["images"], seen);
    assert_eq!(detail["comments"][0]["replies"][0]["content"], "thanks");
    carol
        .call("get_qzone_msg_detail", at)
        .await
        .fails(Code::PermissionDenied);
}

#[tokio::test]
async fn wrong_pictures_publish_nothing() {
    let story = Story::new().await;
    let bot = story.bot();
    let good = format!("base64://{}", png());
    for (source, code) in [
        ("base64://AAAA", Code::LoadFile),
        ("base64://", Code::LoadFile),
        ("/no/such/picture.png", Code::FileNotFound),
    ] {
        let params = json!({"content": "x", "images": [good, source]});
        let text = bot.call("send_qzone_msg", params).await.fails(code);
        assert!(text.contains("images[1]"), "{text}");
    }
    let many = json!({"content": "x", "images": vec![&good; 51]});
    bot.call("send_qzone_msg", many)
        .await
        .fails(Code::ParamInvalid);
    let refused = json!({"fault": "refuse", "command": "cgi_upload_image", "code": -10_049, "message": "no", "times": 1});
    story.fault(refused).await;
    let params = json!({"content": "x", "images": [good]});
    let text = bot
        .call("send_qzone_msg", params.clone())
        .await
        .fails(Code::Upstream);
    assert!(text.contains("images[0]"), "{text}");
    let half = json!({"fault": "swallow", "command": "cgi_upload_image", "times": 1});
    story.fault(half).await;
    bot.call("send_qzone_msg", params)
        .await
        .fails(Code::Upstream);
    assert_eq!(posts(&story, 10001).await, json!([]));
}
