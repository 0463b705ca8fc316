//! ffmpeg, where it is installed: audio formats that are not built in, and pictures of videos.

use std::{io, path::Path, process::Stdio, sync::OnceLock, time::Duration};

use tempfile::TempPath;
use tokio::{io::AsyncReadExt as _, process::Command};

use super::folder::Folder;

/// Time limit of a run.
const TIMEOUT: Duration = Duration::from_secs(120);

/// The most bytes of an error message that are read.
const MAX_ERROR: u64 = 4_096;

/// Formats that are read. Playlists are not among them: they could name other files of this machine, or addresses.
const FORMATS: &str = "aac,ac3,aiff,amr,amrnb,amrwb,ape,asf,avi,caf,dsf,dts,eac3,flac,flv,m4v,matroska,webm,mov,mp4,m4a,3gp,mp3,\
    mpeg,mpegts,ogg,rm,tta,w64,wav,wv";

/// Whether the program `ffmpeg` can be started.
pub(crate) fn is_installed() -> bool {
    static INSTALLED: OnceLock<bool> = OnceLock::new();
    *INSTALLED.get_or_init(|| {
        let mut command = std::process::Command::new("ffmpeg");
        command
            .arg("-version")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    })
}

/// Reads a file, and writes a temporary one as these arguments say.
///
/// # Errors
/// The text of ffmpeg, or why it did not run.
pub(crate) async fn convert(
    folder: &Folder,
    input: &Path,
    arguments: &[&str],
) -> Result<TempPath, String> {
    let output = folder
        .temporary()
        .map_err(|error| error.to_string())?
        .into_temp_path();
    let mut command = Command::new("ffmpeg");
    command
        .args(["-nostdin", "-hide_banner", "-v", "error", "-y"])
        .args([
            "-protocol_whitelist",
            "file",
            "-format_whitelist",
            FORMATS,
            "-i",
        ])
        .arg(absolute(input).map_err(|error| error.to_string())?)
        .args(arguments)
        .arg(absolute(&output).map_err(|error| error.to_string())?)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    let run = async {
        let mut child = command.spawn()?;
        let mut error = Vec::new();
        if let Some(stderr) = child.stderr.take() {
            let mut start = stderr.take(MAX_ERROR);
            start.read_to_end(&mut error).await?;
            // The rest is read, so that the program does not wait.
            let mut rest = start.into_inner();
            tokio::io::copy(&mut rest, &mut tokio::io::sink()).await?;
        }
        Ok::<_, io::Error>((child.wait().await?, error))
    };
    let (status, error) = tokio::time::timeout(TIMEOUT, run)
        .await
        .map_err(|_| format!("it took longer than {} s", TIMEOUT.as_secs()))?
        .map_err(|error| error.to_string())?;
    if status.success() {
        return Ok(output);
    }
    let text = String::from_utf8_lossy(&error);
    let last = text.lines().rev().find(|line| !line.trim().is_empty());
    Err(last.map_or_else(|| status.to_string(), |line| line.trim().to_owned()))
}

/// A path that is not taken for an option or a protocol.
fn absolute(path: &Path) -> io::Result<std::ffi::OsString> {
    let mut argument = std::ffi::OsString::from("file:");
    argument.push(std::path::absolute(path)?);
    Ok(argument)
}
