//! Notifications to systemd, `sd_notify(3)`: ready, reloading, status, watchdog, stopping. Without `NOTIFY_SOCKET` in the environment
//! nothing is sent.

use std::time::Duration;

/// Sends notifications. A failure has no effect on the program.
#[derive(Debug)]
pub struct Notifier {
    #[cfg(unix)]
    socket: Option<unix::Socket>,
    watchdog: Option<Duration>,
}

impl Notifier {
    /// The notifier that the environment describes: `NOTIFY_SOCKET`, `WATCHDOG_USEC`, `WATCHDOG_PID`.
    pub fn from_environment() -> Self {
        let number = |name: &str| std::env::var(name).ok()?.parse::<u64>().ok();
        // The variables may have been meant for a parent process.
        let ours =
            number("WATCHDOG_PID").is_none_or(|process| process == u64::from(std::process::id()));
        let watchdog = number("WATCHDOG_USEC").filter(|time| ours && *time > 0);
        Self {
            #[cfg(unix)]
            socket: unix::Socket::from_environment(),
            watchdog: watchdog.map(Duration::from_micros),
        }
    }

    /// How long systemd waits for a [`Notifier::alive`]; `None` if it does not watch.
    pub fn watchdog(&self) -> Option<Duration> {
        self.watchdog
    }

    /// The service has started, or has finished reloading.
    pub fn ready(&self) {
        self.send("READY=1");
    }

    /// The service reloads its configuration, and says [`Notifier::ready`] afterwards.
    pub fn reloading(&self) {
        #[cfg(unix)]
        self.send(&format!(
            "RELOADING=1\nMONOTONIC_USEC={}",
            unix::monotonic_microseconds()
        ));
    }

    /// What the service does now, one line for people.
    pub fn status(&self, text: &str) {
        self.send(&format!("STATUS={}", text.replace('\n', " ")));
    }

    /// The service works.
    pub fn alive(&self) {
        self.send("WATCHDOG=1");
    }

    /// The service ends.
    pub fn stopping(&self) {
        self.send("STOPPING=1");
    }

    #[cfg(unix)]
    fn send(&self, text: &str) {
        if let Some(socket) = &self.socket {
            socket.send(text);
        }
    }

    #[cfg(not(unix))]
    fn send(&self, _: &str) {}
}

#[cfg(unix)]
mod unix {
    use std::{
        collections::VecDeque,
        io::ErrorKind,
        os::unix::{
            ffi::OsStrExt,
            net::{SocketAddr, UnixDatagram},
        },
        sync::{Mutex, PoisonError},
    };

    /// Most notifications that wait until systemd's queue has room. The oldest are dropped first.
    const MAX_WAITING: usize = 16;

    /// Time of the clock `CLOCK_MONOTONIC`, by which systemd tells this reload from an earlier one.
    pub(super) fn monotonic_microseconds() -> i64 {
        let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
        now.tv_sec * 1_000_000 + now.tv_nsec / 1_000
    }

    /// A datagram socket and the address of systemd's socket.
    #[derive(Debug)]
    pub(super) struct Socket {
        from: UnixDatagram,
        to: SocketAddr,
        /// Notifications for which systemd's queue had no room, oldest first.
        waiting: Mutex<VecDeque<String>>,
    }

    impl Socket {
        pub(super) fn from_environment() -> Option<Self> {
            let path = std::env::var_os("NOTIFY_SOCKET")?;
            let to = match path.as_bytes() {
                #[cfg(target_os = "linux")]
                [b'@', name @ ..] => {
                    use std::os::linux::net::SocketAddrExt as _;
                    SocketAddr::from_abstract_name(name).ok()?
                }
                [b'/', ..] => SocketAddr::from_pathname(path).ok()?,
                _ => return None,
            };
            Self::to(to)
        }

        fn to(to: SocketAddr) -> Option<Self> {
            let from = UnixDatagram::unbound().ok()?;
            from.set_nonblocking(true).ok()?;
            Some(Self {
                from,
                to,
                waiting: Mutex::default(),
            })
        }

        /// Sends the waiting notifications and this one. Those for which there is no room are sent with a later one.
        pub(super) fn send(&self, text: &str) {
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            if !waiting.iter().any(|earlier| earlier == text) {
                waiting.push_back(text.to_owned());
            }
            if waiting.len() > MAX_WAITING {
                waiting.pop_front();
            }
            while let Some(next) = waiting.front() {
                match self.from.send_to_addr(next.as_bytes(), &self.to) {
                    Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                    Err(error) => tracing::debug!(%error, text = next, "systemd was not notified"),
                    Ok(_) => {}
                }
                waiting.pop_front();
            }
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn notification_without_room_is_sent_later() {
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join("notify");
            let systemd = UnixDatagram::bind(&path).expect("a socket");
            systemd.set_nonblocking(true).expect("non-blocking");
            let to = SocketAddr::from_pathname(&path).expect("an address");
            let socket = Socket::to(to).expect("a socket");
            let number = |socket: &Socket| socket.waiting.lock().expect("not poisoned").len();
            // Until the queue of the kernel is full.
            while number(&socket) == 0 {
                socket.send("WATCHDOG=1");
            }
            socket.send("STATUS=10003 online");
            socket.send("WATCHDOG=1");
            assert_eq!(number(&socket), 2, "the same one does not wait twice");
            let mut buffer = [0; 64];
            let mut heard = Vec::new();
            for _ in 0..2 {
                while let Ok(length) = systemd.recv(&mut buffer) {
                    heard.push(String::from_utf8_lossy(&buffer[..length]).into_owned());
                }
                socket.send("WATCHDOG=1");
            }
            assert!(
                heard.iter().any(|text| text == "STATUS=10003 online"),
                "{heard:?}"
            );
            for number in 0..100 {
                socket.send(&format!("STATUS={number}"));
            }
            assert_eq!(
                socket.waiting.lock().expect("not poisoned").len(),
                MAX_WAITING
            );
        }
    }
}
