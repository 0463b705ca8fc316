//! Logging: to stderr, and also to files if the configuration names one. Stdout is only for the ready line and replies.

use crate::config::log::{Log, Rotation};
use std::path::Path;
use tracing_appender::{
    non_blocking::{ErrorCounter, NonBlocking, NonBlockingBuilder, WorkerGuard},
    rolling::{Builder, Rotation as Every},
};
use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

/// Lines that wait for the disk. When there are more, new ones are dropped and counted: a slow disk never stops the program.
const WAITING_LINES: usize = 8_192;

/// The log file while the program runs. Dropping it writes the lines that wait.
#[must_use]
pub(super) struct LogFile(Option<(WorkerGuard, ErrorCounter)>);

impl Drop for LogFile {
    fn drop(&mut self) {
        let Some((writer, dropped)) = self.0.take() else {
            return;
        };
        drop(writer);
        if dropped.dropped_lines() > 0 {
            eprintln!(
                "nekonap: the log file lacks {} lines, because the disk was too slow",
                dropped.dropped_lines()
            );
        }
    }
}

/// Starts logging. The environment variable `RUST_LOG` overrides the level.
///
/// # Errors
///
/// When the level is not valid, or the file cannot be written.
pub(super) fn start(log: &Log) -> Result<LogFile, String> {
    let level = match std::env::var("RUST_LOG") {
        Ok(wanted) if !wanted.is_empty() => wanted,
        _ => log.level.clone(),
    };
    let filter =
        EnvFilter::try_new(&level).map_err(|error| format!("log.level {level:?}: {error}"))?;
    let (writer, file) = match &log.file {
        None => (None, None),
        Some(path) => {
            let (writer, guard) =
                open(path, log).map_err(|error| format!("log.file {}: {error}", path.display()))?;
            let dropped = writer.error_counter();
            (Some(writer), Some((guard, dropped)))
        }
    };
    let terminal = std::io::IsTerminal::is_terminal(&std::io::stderr());
    tracing_subscriber::registry()
        .with(filter)
        .with(
            fmt::layer()
                .with_writer(std::io::stderr)
                .with_ansi(terminal),
        )
        .with(writer.map(|writer| fmt::layer().with_writer(writer).with_ansi(false)))
        .try_init()
        .map_err(|error| format!("logs: {error}"))?;
    Ok(LogFile(file))
}

/// Opens the file and starts the thread that writes it.
fn open(path: &Path, log: &Log) -> Result<(NonBlocking, WorkerGuard), String> {
    let name = path.file_name().ok_or("it is not the path of a file")?;
    let name = name.to_str().ok_or("its name is not UTF-8")?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let every = match log.rotation {
        Rotation::Daily => Every::DAILY,
        Rotation::Hourly => Every::HOURLY,
        Rotation::Never => Every::NEVER,
    };
    let mut builder = Builder::new().rotation(every);
    builder = match name.rsplit_once('.') {
        // The date is in front of the extension.
        Some((stem, extension)) if log.rotation != Rotation::Never && !stem.is_empty() => {
            builder.filename_prefix(stem).filename_suffix(extension)
        }
        _ => builder.filename_prefix(name),
    };
    if log.rotation != Rotation::Never {
        builder = builder.max_log_files(log.keep.get().into());
    }
    let appender = builder.build(folder).map_err(|error| error.to_string())?;
    Ok(NonBlockingBuilder::default()
        .buffered_lines_limit(WAITING_LINES)
        .thread_name("nekonap-log")
        .finish(appender))
}
