//! `create_collection`, `get_collection_list`.

use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::json;

#[tokio::test]
async fn bot_keeps_favourites_and_lists_them() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let list = bot.call("get_collection_list", json!({})).await.ok();
        assert_eq!(
            list["collectionSearchList"]["collectionItemList"],
            json!([])
        );
        let saved = bot
            .call(
                "create_collection",
                json!({"rawData": "words to live by", "brief": "words"}),
            )
            .await
            .ok();
        bot.call("create_collection", json!({"rawData": ""}))
            .await
            .fails(Code::ParamInvalid);
        let list = bot
            .call(
                "get_collection_list",
                json!({"category": "0", "count": "50"}),
            )
            .await
            .ok();
        let items = list["collectionSearchList"]["collectionItemList"]
            .as_array()
            .expect("a list");
        assert_eq!(items.len(), 1);
        assert_eq!(items[0]["cid"], saved["cid"]);
        assert_eq!(items[0]["author"]["strId"], "Neko");
        assert_eq!(items[0]["summary"]["richMediaSummary"]["brief"], "words");
    })
    .await;
}
