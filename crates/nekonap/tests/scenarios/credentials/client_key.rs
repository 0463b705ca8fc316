//! `get_clientkey`.

use super::cookies::page;
use crate::story::{Story, over_both};
use serde_json::json;

#[tokio::test]
async fn client_key_logs_the_account_in_at_a_page() {
    over_both(async |story: Story| {
        let answer = story.bot().call("get_clientkey", json!({})).await.ok();
        let key = answer["clientkey"].as_str().expect("a key").to_owned();
        let jump = |uin: u64, key: &str| {
            let target = "https%3A%2F%2Fqun.qq.com%2F10001%2Finfocenter";
            format!("/jump?ptlang=1033&clientuin={uin}&clientkey={key}&u1={target}&keyindex=19")
        };
        assert_eq!(page(&story, &jump(10001, &key), "").await.0, 302);
        assert_eq!(page(&story, &jump(10002, &key), "").await.0, 403);
        assert_eq!(page(&story, &jump(10001, "guess"), "").await.0, 403);
        story
            .fault(json!({"fault": "advance_clock", "seconds": 1_800}))
            .await;
        assert_eq!(page(&story, &jump(10001, &key), "").await.0, 403);
    })
    .await;
}
