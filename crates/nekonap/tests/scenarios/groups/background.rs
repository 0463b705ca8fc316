//! The caches of groups and members are filled in the background.

use crate::story::Story;
use serde_json::json;

#[tokio::test]
async fn members_of_every_group_are_fetched_each_time_a_client_comes_online() {
    let story = Story::new().await;
    let _carol = story.filling_client(10003).await;
    let command = |name| json!({"kind": "call", "by": 10003, "name": format!("OidbSvcTrpcTcp.{name}"), "result": "ok"});
    for connection in 0..2 {
        if connection > 0 {
            story.fault(json!({"fault": "drop_connections"})).await;
        }
        for name in ["0xfd4_1", "0xfe5_2", "0xfe7_3", "0xfe7_3", "0xfe7_3"] {
            story.journal(command(name)).await;
        }
    }
}

#[tokio::test]
async fn member_that_is_not_known_is_asked_for_without_the_cache() {
    let story = Story::new().await;
    let bot = story.bot();
    let list = json!({"group_id": 20002});
    bot.call("get_group_member_list", list).await.ok();
    let fetched = json!({"kind": "call", "by": 10001, "name": "OidbSvcTrpcTcp.0xfe7_3"});
    story.journal(fetched.clone()).await;
    let unknown = json!({"group_id": 20002, "user_id": 5_000_000_000_u64, "no_cache": true});
    bot.call("get_group_member_info", unknown)
        .await
        .fails(nekonap_onebot::Code::MemberNotFound);
    story.journal(fetched).await;
}
