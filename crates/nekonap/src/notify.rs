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
    use std::os::unix::{
        ffi::OsStrExt,
        net::{SocketAddr, UnixDatagram},
    };

    /// Time of the clock `CLOCK_MONOTONIC`, by which systemd tells this reload from an earlier one.
    pub(super) fn monotonic_microseconds() -> i64 {
        let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
        now.tv_sec * 1_000_000 + now.tv_nsec / 1_000
    }

    /// A datagram socket and the address of systemd's socket.
    #[derive(Debug)]
    pub(super) struct Socket {
        socket: UnixDatagram,
        to: SocketAddr,
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
            let socket = UnixDatagram::unbound().ok()?;
            socket.set_nonblocking(true).ok()?;
            Some(Self { socket, to })
        }

        pub(super) fn send(&self, text: &str) {
            if let Err(error) = self.socket.send_to_addr(text.as_bytes(), &self.to) {
                tracing::debug!(%error, text, "systemd was not notified");
            }
        }
    }
}
