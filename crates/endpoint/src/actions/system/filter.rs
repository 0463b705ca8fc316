//! `reload_event_filter` (api/actions §3.16). The filters of the entries are in the configuration file (api/transports §7.4).

use std::path::Path;

use nekonap_client::CallError;
use nekonap_onebot::Code;
use schemars::JsonSchema;
use serde::Deserialize;
use tokio::sync::oneshot;

use crate::{
    actions::Done,
    bot::Context,
    error::{Failure, Result},
};

/// Parameters of `reload_event_filter`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct ReloadEventFilter {
    /// The configuration file; by default the one in use. No other file can be given.
    file: Option<String>,
}

/// Succeeds when the file is read; the entries whose filter has changed are restarted afterwards.
pub(crate) async fn reload(cx: Context, params: ReloadEventFilter) -> Result<Done> {
    let Some(reload) = cx.bot().reload() else {
        let text = "this process has no configuration file with event filters";
        return Err(Failure::new(Code::NotSupported, text));
    };
    let file = params.file.filter(|file| !file.trim().is_empty());
    if let Some(file) = file
        && !is_same(Path::new(&file), &reload.path).await
    {
        let path = reload.path.display();
        let text = format!("event filters are in {path}, not in {file:?}: leave `file` out");
        return Err(Failure::new(Code::FileNotFound, text));
    }
    let (answer, outcome) = oneshot::channel();
    // Both fail only while the process stops.
    let stopping = || Failure::from(CallError::Offline);
    let sent = reload.requests.send(answer).await;
    sent.map_err(|_| stopping())?;
    match outcome.await.map_err(|_| stopping())? {
        Ok(()) => Ok(Done),
        Err(problems) => Err(Failure::new(Code::LoadFile, problems)),
    }
}

async fn is_same(one: &Path, other: &Path) -> bool {
    let (one, other) = tokio::join!(tokio::fs::canonicalize(one), tokio::fs::canonicalize(other));
    matches!((one, other), (Ok(one), Ok(other)) if one == other)
}
