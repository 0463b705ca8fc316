//! `get_robot_uin_range` and `qidian_get_account_info`.

use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::json;

#[tokio::test]
async fn ranges_of_robots_are_pairs_of_numbers() {
    over_both(async |story: Story| {
        let ranges = story.bot().call("get_robot_uin_range", json!({})).await;
        let ranges = ranges.ok();
        assert_eq!(
            ranges[1],
            json!({"minUin": 2_854_196_301_u64, "maxUin": 2_854_216_399_u64})
        );
        for range in ranges.as_array().expect("a list") {
            assert!(range["minUin"].as_u64() <= range["maxUin"].as_u64());
        }
    })
    .await;
}

#[tokio::test]
async fn ordinary_account_has_no_qidian_data() {
    let story = Story::new().await;
    story
        .bot()
        .call("qidian_get_account_info", json!({}))
        .await
        .fails(Code::NotSupported);
}
