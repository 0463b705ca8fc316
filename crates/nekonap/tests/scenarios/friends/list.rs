//! `get_friend_list`.

use crate::story::{Story, over_both};
use serde_json::json;

#[tokio::test]
async fn friend_list_has_all_friends_and_their_categories() {
    over_both(async |story: Story| {
        let friends = story.bot().call("get_friend_list", json!({})).await.ok();
        let friends = friends.as_array().expect("a list");
        let mut uins: Vec<u64> = friends
            .iter()
            .map(|friend| friend["user_id"].as_u64().expect("a number"))
            .collect();
        uins.sort_unstable();
        assert_eq!(uins, [10002, 10003, 10004, 10005]);
        let mut categories: Vec<&str> = friends
            .iter()
            .map(|friend| friend["categoryName"].as_str().expect("a name"))
            .collect();
        categories.sort_unstable();
        categories.dedup();
        assert_eq!(categories.len(), 2, "{categories:?}");
    })
    .await;
}
