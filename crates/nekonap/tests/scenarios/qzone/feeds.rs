//! `get_qzone_feeds`.

use super::{person_publishes, publishes};
use crate::story::Story;
use nekonap_onebot::Code;
use serde_json::json;

#[tokio::test]
async fn friends_posts_are_paged_with_a_cursor() {
    let story = Story::new().await;
    let bot = story.bot();
    publishes(&story, "not a friend's").await;
    let mut expected = Vec::new();
    for number in 0..25 {
        let author = 10002 + number % 3;
        let text = format!("{number} <b>&'\"/\\\nnext");
        expected.push((person_publishes(&story, author, &text).await, text, author));
    }
    story
        .person(10002)
        .does("publish_post", json!({"text": "secret", "right": 64}))
        .await;
    expected.reverse();
    let mut found = Vec::new();
    let mut cursor = json!("");
    loop {
        let params = json!({"count": 10, "cursor": cursor});
        let page = bot.call("get_qzone_feeds", params).await.ok();
        let feeds = page["feeds"].as_array().expect("a list").clone();
        assert!(
            feeds
                .iter()
                .all(|feed| feed["appid"] == 311 && feed["time"] != 0)
        );
        found.extend(feeds);
        // What is posted meanwhile does not shift the next page.
        person_publishes(&story, 10004, "new").await;
        if page["has_more"] == false {
            assert_eq!(page["next_cursor"], "");
            break;
        }
        cursor = page["next_cursor"].clone();
    }
    assert_eq!(found.len(), expected.len());
    for (feed, (tid, text, author)) in found.iter().zip(&expected) {
        assert_eq!(
            (&feed["key"], &feed["content"], &feed["uin"]),
            (&json!(tid), &json!(text), &json!(author))
        );
    }
    // Pages by their number.
    let page = bot
        .call("get_qzone_feed_list", json!({"page_num": 4, "count": 7}))
        .await
        .ok();
    assert_eq!(page["has_more"], false);
    assert_eq!(page["feeds"].as_array().map(Vec::len), Some(7));
}

#[tokio::test]
async fn wrong_pages_of_feeds_are_refused() {
    let story = Story::new().await;
    let empty = story.bot().call("get_qzone_feeds", json!({})).await.ok();
    assert_eq!(
        empty,
        json!({"feeds": [], "has_more": false, "next_cursor": ""})
    );
    for params in [
        json!({"page_num": 0}),
        json!({"count": 0}),
        json!({"count": 51}),
        json!({"cursor": "nonsense"}),
    ] {
        let answer = story.bot().call("get_qzone_feeds", params).await;
        answer.fails(Code::ParamInvalid);
    }
}
