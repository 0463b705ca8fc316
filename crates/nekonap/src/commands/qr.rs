//! Shows the progress of the log-in to the user: the QR code, which is also saved as a picture, and the events of the session.
//! On a terminal these are messages for the user, otherwise log lines.

use super::terminal::Terminal;
use nekonap_client::Event;
use qrcode::{EcLevel, QrCode, render::unicode::Dense1x2};
use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    time::SystemTime,
};

/// Fixed colours, independent of the terminal's theme: not every phone can read a QR code with inverted colours.
const BLACK_ON_WHITE: &str = "\x1b[38;5;16m\x1b[48;5;231m";
const RESET: &str = "\x1b[0m";

/// How many codes of one log-in are drawn in a log, which somebody may be following. A code is renewed every two minutes, possibly
/// for days: later ones are only saved as a picture, with one line in the log.
const DRAWN_IN_LOG: u32 = 5;

/// Where the progress of the log-in is shown.
pub(super) struct Screen {
    /// File of the QR code's picture.
    picture: PathBuf,
    terminal: Option<Terminal>,
    /// The account in messages, if there are several.
    label: Option<String>,
    /// Number of codes since the account was last online or logged out.
    codes: u32,
}

impl Screen {
    pub(super) fn new(picture: PathBuf, terminal: Option<Terminal>, label: Option<String>) -> Self {
        Self {
            picture,
            terminal,
            label,
            codes: 0,
        }
    }

    /// File of the QR code's picture.
    pub(super) fn picture(&self) -> &Path {
        &self.picture
    }

    /// Shows what the program waits for.
    pub(super) fn waiting(&self, english: &str, chinese: &str) {
        let of = self
            .label
            .as_ref()
            .map_or_else(String::new, |label| format!("[{label}] "));
        match self.terminal {
            Some(terminal) => {
                Terminal::show(&format!("{of}{}", terminal.waiting(english, chinese)));
            }
            None => tracing::info!("{of}waiting for {english} / 等待:{chinese}"),
        }
    }

    /// Shows an event of the session.
    pub(super) fn show(&mut self, event: &Event) {
        match event {
            Event::QrCode { url, png, expires } => {
                let saved = match save(&self.picture, png) {
                    Ok(()) => true,
                    Err(error) => {
                        let path = self.picture.display();
                        tracing::warn!(%path, %error, "the picture of the QR code cannot be saved");
                        false
                    }
                };
                if !self.draws_next() {
                    tracing::info!(
                        account = self.label, url, picture = %self.picture.display(),
                        "a new QR code; scan the picture, or restart to have it drawn here / 新的二维码,请扫描图片,或重启以在此显示"
                    );
                    return;
                }
                let picture = saved.then_some(self.picture.as_path());
                let text = invitation(url, picture, *expires, self.label.as_deref());
                Terminal::show(&text);
                self.waiting(
                    "a scan of the code with QQ on the phone",
                    "用手机 QQ 扫描二维码",
                );
            }
            Event::QrScanned => {
                self.waiting(
                    "confirmation of the log-in on the phone",
                    "在手机上确认登录",
                );
            }
            Event::QrExpired => tracing::info!(
                "the QR code has expired; a new code follows / 二维码已失效,将重新生成"
            ),
            Event::LoggedIn(me) => {
                tracing::debug!(account = %me.uin, "logged in");
                self.waiting("the server to bring the account online", "服务器将账号上线");
            }
            Event::LogInFailed { code, text } => tracing::error!(
                code,
                text,
                "the log-in was refused / 登录被拒绝。A real account may need a signing service: `qq.sign_url` in the configuration"
            ),
            Event::Online(me) => {
                self.codes = 0;
                self.clear();
                match self.terminal {
                    Some(terminal) => Terminal::show(&terminal.online(me.uin, &me.nickname)),
                    None => tracing::info!(account = %me.uin, "online / 已上线"),
                }
            }
            Event::Offline { reason } => tracing::warn!(reason, "offline / 已掉线"),
            Event::LoggedOut { title, text } => {
                self.codes = 0;
                tracing::error!(
                    title,
                    text,
                    "the account is logged out: scan the QR code that follows / 账号已下线,请扫描随后的二维码重新登录"
                );
            }
            Event::SessionExpired { text } => {
                tracing::warn!(text, "the saved session has expired / 登录态已失效");
            }
            Event::KeystoreSetAside { path, why } => tracing::error!(
                path = %path.display(), why,
                "the saved session cannot be read: it was moved aside, and a log-in by QR code follows / 登录凭据无法读取,已移走"
            ),
            _ => {}
        }
    }

    /// Whether the next code is drawn: always on a terminal, in a log only the first ones.
    fn draws_next(&mut self) -> bool {
        self.codes = self.codes.saturating_add(1);
        self.terminal.is_some() || self.codes <= DRAWN_IN_LOG
    }

    /// Deletes the picture.
    pub(super) fn clear(&mut self) {
        // There is no picture if no code was shown.
        let _ = fs::remove_file(&self.picture);
    }
}

/// The QR code drawn as text, with instructions.
fn invitation(
    url: &str,
    picture: Option<&Path>,
    expires: SystemTime,
    label: Option<&str>,
) -> String {
    use std::fmt::Write as _;
    let of = label.map_or_else(String::new, |label| format!("[{label}] "));
    let mut text = format!("\n{of}Scan with QQ on the phone / 请用手机 QQ 扫描二维码登录:\n\n");
    match QrCode::with_error_correction_level(url, EcLevel::L) {
        Ok(code) => {
            let drawn = code.render::<Dense1x2>().build();
            for line in drawn.lines() {
                let _ = writeln!(text, "{BLACK_ON_WHITE}{line}{RESET}");
            }
        }
        // QQ's URLs are short enough; a URL that is too long is still printed below.
        Err(error) => tracing::warn!(%error, "the QR code cannot be drawn"),
    }
    let seconds = expires
        .duration_since(SystemTime::now())
        .map_or(0, |left| left.as_secs());
    let _ = writeln!(text, "\n{url}");
    if let Some(picture) = picture {
        let _ = writeln!(text, "Saved as a picture / 图片: {}", picture.display());
    }
    let _ = writeln!(text, "Valid for {seconds} s / {seconds} 秒内有效\n");
    text
}

/// Writes the picture atomically, readable only by the user: anybody who scans it can log in.
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
    fn code_is_drawn_with_its_url_and_the_path_of_the_picture() {
        let expires = SystemTime::now() + Duration::from_secs(120);
        let url = "https://txz.qq.com/p?k=abcdefghijklmnop&f=1600001615";
        let text = invitation(
            url,
            Some(Path::new("data/qrcode.png")),
            expires,
            Some("10001"),
        );
        assert!(
            text.contains(url) && text.contains("data/qrcode.png") && text.contains("[10001] Scan"),
            "{text}"
        );
        assert!(text.contains("119 s") || text.contains("120 s"), "{text}");
        let drawn: Vec<&str> = text
            .lines()
            .filter(|line| line.starts_with(BLACK_ON_WHITE))
            .collect();
        // 29 to 41 modules with a margin of 4 on each side, two rows per line.
        assert!((18..=25).contains(&drawn.len()), "{} lines", drawn.len());
        let widths: Vec<usize> = drawn.iter().map(|line| line.chars().count()).collect();
        assert!(widths.windows(2).all(|two| two[0] == two[1]), "{widths:?}");
    }

    #[test]
    fn log_has_the_drawings_of_the_first_codes_of_each_log_in() {
        let mut screen = Screen::new(PathBuf::from("qrcode.png"), None, None);
        let drawn = |screen: &mut Screen| (0..20).filter(|_| screen.draws_next()).count();
        assert_eq!(drawn(&mut screen), 5);
        assert_eq!(drawn(&mut screen), 0);
        screen.show(&Event::LoggedOut {
            title: String::new(),
            text: String::new(),
        });
        assert_eq!(drawn(&mut screen), 5);
    }

    #[test]
    fn picture_is_readable_only_by_the_user_and_deleted_by_clear() {
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
        Screen::new(path.clone(), None, None).clear();
        assert!(!path.exists());
    }
}
