//! `qidian_get_account_info` (api/actions §3.12).

use nekonap_onebot::Code;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    actions::NoParams,
    bot::Context,
    error::{Failure, Result},
};

/// Data of a Qidian (business) account.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct QidianAccount {
    /// Number of the master account.
    master_id: u64,
    /// Name.
    ext_name: String,
    /// Time of creation, Unix seconds.
    create_time: u64,
}

/// Always fails: nobody can log in with a Qidian account.
pub(crate) async fn get(_: Context, _: NoParams) -> Result<QidianAccount> {
    let text = "this account is no Qidian account";
    Err(Failure::new(Code::NotSupported, text))
}
