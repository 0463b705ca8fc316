//! `set_group_sign`.

use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::json;

#[tokio::test]
async fn bot_signs_in_and_the_members_see_it() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let carol = story.client(10003).await;
        story
            .person(10002)
            .does("sign_in_group", json!({"group": 20001}))
            .await;
        carol
            .sees(json!({"event": "activity", "group": 20001, "by": 10002, "doing": "signed in: 今日第1个打卡"}))
            .await;
        let answer = bot.call("set_group_sign", json!({"group_id": "20001"})).await;
        assert!(answer.ok().is_null());
        carol
            .sees(json!({"event": "activity", "group": 20001, "by": 10001, "doing": "signed in: 今日第2个打卡"}))
            .await;
        // A second time on the same day succeeds and changes nothing.
        let answer = bot.call("send_group_sign", json!({"group_id": 20001})).await;
        assert!(answer.ok().is_null());
        let signed = story.look("activities?group=20001").await["signed"].clone();
        assert_eq!(
            (&signed[0]["uin"], &signed[0]["rank"], &signed[1]["uin"], &signed[1]["rank"]),
            (&json!(10002), &json!(1), &json!(10001), &json!(2))
        );
        assert_eq!(signed.as_array().map(Vec::len), Some(2));
        // On the next day, and in another group, nobody has signed in yet.
        story.fault(json!({"fault": "advance_clock", "seconds": 86_400})).await;
        assert_eq!(story.look("activities?group=20001").await["signed"], json!([]));
        bot.call("set_group_sign", json!({"group_id": 20001})).await.ok();
        carol
            .sees(json!({"event": "activity", "by": 10001, "doing": "signed in: 今日第1个打卡"}))
            .await;
        assert_eq!(story.look("activities?group=20003").await["signed"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn signing_in_needs_a_group_that_allows_it() {
    let story = Story::new().await;
    let bot = story.bot();
    bot.call("set_group_sign", json!({}))
        .await
        .fails(Code::ParamMissing);
    bot.call("set_group_sign", json!({"group_id": "garden"}))
        .await
        .fails(Code::ParamInvalid);
    for group in [29999, 9_000_000_000_000_u64] {
        bot.call("set_group_sign", json!({"group_id": group}))
            .await
            .fails(Code::GroupNotFound);
    }
    let allow = |enable: bool| json!({"group": 20002, "enable": enable});
    let (status, _) = story
        .person(10003)
        .tries("allow_sign_in", allow(false))
        .await;
    assert_eq!(status, 403);
    let owner = story.person(10002);
    owner.does("allow_sign_in", allow(false)).await;
    bot.call("set_group_sign", json!({"group_id": 20002}))
        .await
        .fails(Code::Upstream);
    assert_eq!(
        story.look("activities?group=20002").await["signed"],
        json!([])
    );
    owner.does("allow_sign_in", allow(true)).await;
    bot.call("set_group_sign", json!({"group_id": 20002}))
        .await
        .ok();
}
