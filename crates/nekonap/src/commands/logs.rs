//! Logging to stderr. Stdout is only for the ready line and replies.

use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

/// Starts logging with a filter. The environment variable `RUST_LOG` overrides it.
///
/// # Errors
///
/// When the filter is not valid.
pub(super) fn start(filter: &str) -> Result<(), String> {
    let filter = match std::env::var("RUST_LOG") {
        Ok(wanted) if !wanted.is_empty() => wanted,
        _ => filter.to_owned(),
    };
    let filter = EnvFilter::try_new(&filter).map_err(|error| format!("log {filter:?}: {error}"))?;
    let terminal = std::io::IsTerminal::is_terminal(&std::io::stderr());
    tracing_subscriber::registry()
        .with(filter)
        .with(
            fmt::layer()
                .with_writer(std::io::stderr)
                .with_ansi(terminal),
        )
        .try_init()
        .map_err(|error| format!("logs: {error}"))
}
