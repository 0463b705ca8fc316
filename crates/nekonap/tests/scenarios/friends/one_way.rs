//! `get_unidirectional_friend_list` and `delete_unidirectional_friend`.

use super::person;
use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::json;

#[tokio::test]
async fn people_whom_the_account_deleted_are_one_way_friends() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let none = bot.call("get_unidirectional_friend_list", json!({})).await;
        assert_eq!(none.ok(), json!([]));
        story
            .person(10005)
            .does("delete_friend", json!({"target": 10001, "both": false}))
            .await;
        bot.call("delete_friend", json!({"user_id": 10002})).await.ok();
        let list = bot.call("get_unidirectional_friend_list", json!({})).await;
        let bob = person(&story, 10002).await;
        let expected = json!([{
            "user_id": 10002, "nickname": bob["nickname"], "source": "", "uin": 10002, "uid": bob["uid"],
            "nick_name": bob["nickname"], "age": 0
        }]);
        assert_eq!(list.ok(), expected);
    })
    .await;
}

#[tokio::test]
async fn one_way_friend_cannot_be_removed_and_others_are_none() {
    let story = Story::new().await;
    let bot = story.bot();
    bot.call("delete_friend", json!({"user_id": 10002}))
        .await
        .ok();
    bot.call("delete_unidirectional_friend", json!({"user_id": 10002}))
        .await
        .fails(Code::NotSupported);
    bot.call("delete_unidirectional_friend", json!({"user_id": 10003}))
        .await
        .fails(Code::FriendNotFound);
    bot.call("delete_unidirectional_friend", json!({}))
        .await
        .fails(Code::ParamMissing);
}
