//! `clean_cache` (api/actions §3.16).

use crate::{
    actions::{Done, NoParams},
    bot::Context,
    error::{Failure, Result},
};

pub(crate) async fn clean(cx: Context, _: NoParams) -> Result<Done> {
    let bot = cx.bot().clone();
    let cleared = tokio::task::spawn_blocking(move || bot.files().clear()).await;
    cleared.map_err(|_| Failure::internal("the cache could not be cleared"))?;
    Ok(Done)
}
