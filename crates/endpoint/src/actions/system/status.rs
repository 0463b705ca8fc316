//! `get_status` (api/actions §4, point 9).

use crate::{actions::NoParams, bot::Context, error::Result, vitals::Status};

pub(crate) async fn get(cx: Context, _: NoParams) -> Result<Status> {
    Ok(cx.bot().status())
}
