//! What a person should know about the log-in: the QR code, drawn and saved, what is waited for, and what came of it. In a
//! terminal these are lines for a person, elsewhere lines of the log.

use super::terminal::Terminal;
use nekonap_client::Event;
use qrcode::{EcLevel, QrCode, render::unicode::Dense1x2};
use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    time::SystemTime,
};

/// Black on white, whatever the terminal's colours are: a code with its colours swapped is not read by every phone.
const BLACK_ON_WHITE: &str = "\x1b[38;5;16m\x1b[48;5;231m";
const AS_BEFORE: &str = "\x1b[0m";

/// The terminal, if there is one, and the picture's file.
pub(super) struct Screen {
    picture: PathBuf,
    terminal: Option<Terminal>,
}

impl Screen {
    pub(super) fn new(picture: PathBuf, terminal: Option<Terminal>) -> Self {
        Self { picture, terminal }
    }

    /// Says what is waited for.
    pub(super) fn waiting(&self, english: &str, chinese: &str) {
        match self.terminal {
            Some(terminal) => Terminal::show(&terminal.waiting(english, chinese)),
            None => tracing::info!("waiting: {english} / 等待:{chinese}"),
        }
    }

    /// Shows what happened to the session.
    pub(super) fn show(&mut self, event: Event) {
        match event {
            Event::QrCode { url, png, expires } => {
                let saved = match save(&self.picture, &png) {
                    Ok(()) => true,
                    Err(error) => {
                        let path = self.picture.display();
                        tracing::warn!(%path, %error, "the QR code's picture cannot be saved");
                        false
                    }
                };
                let picture = saved.then_some(self.picture.as_path());
                let text = invitation(&url, picture, expires);
                Terminal::show(&text);
                self.waiting(
                    "the code is scanned with the phone's QQ",
                    "用手机 QQ 扫描二维码",
                );
            }
            Event::QrScanned => {
                self.waiting("the log-in is confirmed on the phone", "在手机上确认登录");
            }
            Event::QrExpired => tracing::info!(
                "the QR code has expired; a new one follows / 二维码已失效,将重新生成"
            ),
            Event::LoggedIn(me) => {
                tracing::debug!(account = %me.uin, "logged in");
                self.waiting("the server brings the account online", "服务器将账号上线");
            }
            Event::LogInFailed { code, text } => tracing::error!(
                code,
                text,
                "the log-in was refused / 登录被拒绝。A real account may need a signing service: `qq.sign_url` in the configuration"
            ),
            Event::Online(me) => {
                self.clear();
                match self.terminal {
                    Some(terminal) => Terminal::show(&terminal.online(me.uin, &me.nickname)),
                    None => tracing::info!(account = %me.uin, "online / 已上线"),
                }
            }
            Event::Offline { reason } => tracing::warn!(reason, "offline / 已掉线"),
            Event::Kicked { title, text } => tracing::error!(
                title,
                text,
                "the server ended the session; Nekonap stays offline until it is started again / 被服务器下线,请重新启动"
            ),
            Event::SessionExpired { text } => {
                tracing::warn!(text, "the saved session has expired / 登录态已失效");
            }
            Event::KeystoreSetAside { path, why } => tracing::error!(
                path = %path.display(), why,
                "the saved session cannot be read: it was moved there, and a log-in by QR code follows / 登录凭据无法读取,已移走"
            ),
            _ => {}
        }
    }

    /// Deletes the picture, which is not needed any more.
    pub(super) fn clear(&mut self) {
        // There is none where no code was shown.
        let _ = fs::remove_file(&self.picture);
    }
}

/// The code as text, with what to do.
fn invitation(url: &str, picture: Option<&Path>, expires: SystemTime) -> String {
    use std::fmt::Write as _;
    let mut text = String::from("\nScan with the phone's QQ / 请用手机 QQ 扫描二维码登录:\n\n");
    match QrCode::with_error_correction_level(url, EcLevel::L) {
        Ok(code) => {
            let drawn = code.render::<Dense1x2>().build();
            for line in drawn.lines() {
                let _ = writeln!(text, "{BLACK_ON_WHITE}{line}{AS_BEFORE}");
            }
        }
        // QQ's addresses are short; one that fits into no code is still written below.
        Err(error) => tracing::warn!(%error, "the QR code cannot be drawn"),
    }
    let seconds = expires
        .duration_since(SystemTime::now())
        .map_or(0, |left| left.as_secs());
    let _ = writeln!(text, "\n{url}");
    if let Some(picture) = picture {
        let _ = writeln!(text, "Also as a picture / 图片: {}", picture.display());
    }
    let _ = writeln!(text, "Good for {seconds} s / {seconds} 秒内有效\n");
    text
}

/// Writes the picture whole or not at all, for its user alone: whoever scans it logs in.
fn save(path: &Path, png: &[u8]) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(png)?;
    file.persist(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn the_code_is_drawn_with_its_address_and_where_the_picture_is() {
        let expires = SystemTime::now() + Duration::from_secs(120);
        let url = "https://txz.qq.com/p?k=abcdefghijklmnop&f=1600001615";
        let text = invitation(url, Some(Path::new("data/qrcode.png")), expires);
        assert!(
            text.contains(url) && text.contains("data/qrcode.png"),
            "{text}"
        );
        assert!(text.contains("119 s") || text.contains("120 s"), "{text}");
        let drawn: Vec<&str> = text
            .lines()
            .filter(|line| line.starts_with(BLACK_ON_WHITE))
            .collect();
        // A code of 29 to 41 modules, with its margin of 4, two rows a line.
        assert!((18..=25).contains(&drawn.len()), "{} lines", drawn.len());
        let widths: Vec<usize> = drawn.iter().map(|line| line.chars().count()).collect();
        assert!(widths.windows(2).all(|two| two[0] == two[1]), "{widths:?}");
    }

    #[test]
    fn the_picture_is_for_its_user_alone_and_goes_when_it_is_done() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("qrcode.png");
        save(&path, b"one").expect("saved");
        save(&path, b"two").expect("saved over it");
        assert_eq!(fs::read(&path).expect("there"), b"two");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(&path).expect("a file").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        Screen::new(path.clone(), None).clear();
        assert!(!path.exists());
    }
}
