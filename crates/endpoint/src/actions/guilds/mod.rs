//! Guilds, which bots cannot use: the two actions that the API requires return null (api/actions §3.20).

use super::{Done, NoParams, Table};
use crate::{bot::Context, error::Result};

pub(super) fn actions(table: &mut Table) {
    table.subject("guilds", "Guilds", "频道");
    table.add("get_guild_list", nothing).about(
        "Returns null: Nekonap does not support guilds.",
        "返回 null:Nekonap 不支持频道。",
    );
    table.add("get_guild_service_profile", nothing).about(
        "Returns null: Nekonap does not support guilds.",
        "返回 null:Nekonap 不支持频道。",
    );
}

async fn nothing(_: Context, _: NoParams) -> Result<Done> {
    Ok(Done)
}
