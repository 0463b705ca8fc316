//! Favourites (api/actions §3.14).

mod collection;

use super::Table;

pub(super) fn actions(table: &mut Table) {
    table.subject("favourites", "Favourites", "收藏");
    table
        .add("create_collection", collection::create)
        .about(
            "Adds a text to the favourites that Nekonap keeps for the account.",
            "将一段文字加入收藏,收藏由 Nekonap 为该账号保存。",
        )
        .parameter("raw_data", "rawData")
        .parameter("content", "rawData")
        .parameter("title", "brief");
    table.add("get_collection_list", collection::list).about(
        "Returns the favourites that Nekonap keeps for the account, newest first.",
        "获取 Nekonap 为该账号保存的收藏,从新到旧。",
    );
}
