//! `check_url_safely`.

use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::json;

#[tokio::test]
async fn links_are_as_safe_as_the_server_says() {
    over_both(async |story: Story| {
        let (bot, bob) = (story.bot(), story.person(10002));
        for (host, safety) in [
            ("evil.example", "dangerous"),
            ("good.evil.example", "safe"),
            ("kind.example", "safe"),
        ] {
            bob.does("rate_host", json!({"host": host, "safety": safety}))
                .await;
        }
        for (url, level) in [
            ("https://evil.example/win", 3),
            ("http://www.EVIL.example:8080", 3),
            ("https://kind.example@evil.example/", 3),
            ("https://good.evil.example/", 1),
            (" https://kind.example/?q=evil.example ", 1),
            ("https://somewhere.example/", 2),
            ("no link at all", 2),
        ] {
            let answer = bot.call("check_url_safely", json!({"url": url})).await;
            assert_eq!(answer.ok(), json!({"level": level}), "{url}");
        }
        let rated = story.look("world").await["hosts"].clone();
        assert_eq!(rated["evil.example"], "dangerous");
        bob.does(
            "rate_host",
            json!({"host": "evil.example", "safety": "unknown"}),
        )
        .await;
        let answer = bot
            .call(
                "check_url_safely",
                json!({"url": "https://evil.example/win"}),
            )
            .await;
        assert_eq!(answer.ok(), json!({"level": 2}));
    })
    .await;
}

#[tokio::test]
async fn wrong_links_and_a_refusal_of_the_service_are_errors() {
    let story = Story::new().await;
    let bot = story.bot();
    bot.call("check_url_safely", json!({}))
        .await
        .fails(Code::ParamMissing);
    for url in [String::new(), "  ".to_owned(), "x".repeat(8_193)] {
        let refused = bot.call("check_url_safely", json!({"url": url})).await;
        let text = refused.fails(Code::ParamInvalid);
        assert!(text.contains("`url`"), "{text}");
    }
    let fault = json!({
        "fault": "refuse", "command": "OidbSvcTrpcTcp.0xbcb_0", "code": 77, "message": "busy", "times": 1
    });
    story.fault(fault).await;
    let answer = bot
        .call("check_url_safely", json!({"url": "a.example"}))
        .await;
    answer.fails(Code::Upstream);
    let (status, refused) = story
        .person(10002)
        .tries("rate_host", json!({"host": "a b", "safety": "safe"}))
        .await;
    assert_eq!((status, &refused["code"]), (400, &json!("bad_request")));
}
