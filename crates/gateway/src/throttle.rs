//! Counts wrong tokens per address, to prevent guessing (api/transports §4.3, §13, point 5).

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Number of failures in a window after which an address is refused.
const MAX_FAILURES: u32 = 20;

/// Length of a window, from its first failure.
const WINDOW: Duration = Duration::from_mins(1);

/// How long an address stays known after a right token. Wrong tokens of a program behind the same address do not lock out
/// the others there meanwhile.
const KNOWN: Duration = Duration::from_hours(1);

/// Maximum number of stored addresses, of each kind, which bounds the memory. When it is reached, the oldest is removed.
const MAX_ADDRESSES: usize = 4_096;

/// Failures and known addresses. All IPv6 addresses of a /64 count as one, because one host may use all of them.
#[derive(Default)]
pub(crate) struct Throttle {
    windows: Mutex<HashMap<IpAddr, Window>>,
    /// When each address last sent the right token.
    known: Mutex<HashMap<IpAddr, Instant>>,
}

struct Window {
    began: Instant,
    failures: u32,
}

impl Throttle {
    /// Whether the address has failed too often.
    pub(crate) fn refuses(&self, address: IpAddr, now: Instant) -> bool {
        lock(&self.windows)
            .get(&key(address))
            .is_some_and(|window| {
                window.failures >= MAX_FAILURES && now.duration_since(window.began) < WINDOW
            })
    }

    /// Whether the address has sent the right token within [`KNOWN`].
    pub(crate) fn knows(&self, address: IpAddr, now: Instant) -> bool {
        lock(&self.known)
            .get(&key(address))
            .is_some_and(|last| now.duration_since(*last) < KNOWN)
    }

    /// Records that the address sent the right token.
    pub(crate) fn succeeded(&self, address: IpAddr, now: Instant) {
        let mut known = lock(&self.known);
        let address = key(address);
        make_room(&mut known, address, |last| *last);
        known.insert(address, now);
    }

    /// Counts a failure of the address.
    pub(crate) fn failed(&self, address: IpAddr, now: Instant) {
        let mut windows = lock(&self.windows);
        let address = key(address);
        make_room(&mut windows, address, |window| window.began);
        let window = windows.entry(address).or_insert(Window {
            began: now,
            failures: 0,
        });
        if now.duration_since(window.began) >= WINDOW {
            *window = Window {
                began: now,
                failures: 0,
            };
        }
        window.failures = window.failures.saturating_add(1);
    }
}

/// Removes the oldest address if the table is full and `address` is not in it.
fn make_room<T>(table: &mut HashMap<IpAddr, T>, address: IpAddr, time: impl Fn(&T) -> Instant) {
    if table.len() < MAX_ADDRESSES || table.contains_key(&address) {
        return;
    }
    let oldest = table
        .iter()
        .min_by_key(|(_, value)| time(value))
        .map(|(address, _)| *address);
    if let Some(oldest) = oldest {
        table.remove(&oldest);
    }
}

fn lock<T>(table: &Mutex<T>) -> MutexGuard<'_, T> {
    table.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The address under which failures are counted.
fn key(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => {
            let bits = address.to_bits() & !u128::from(u64::MAX);
            IpAddr::V6(bits.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr};

    use super::*;

    #[test]
    fn address_is_refused_after_twenty_failures_in_a_minute() {
        let throttle = Throttle::default();
        let address = IpAddr::from([192, 0, 2, 7]);
        let start = Instant::now();
        for _ in 0..MAX_FAILURES {
            assert!(!throttle.refuses(address, start));
            throttle.failed(address, start);
        }
        assert!(throttle.refuses(address, start + Duration::from_secs(59)));
        assert!(!throttle.refuses(IpAddr::from([192, 0, 2, 8]), start));
        assert!(!throttle.refuses(address, start + WINDOW));
        throttle.failed(address, start + WINDOW);
        assert!(!throttle.refuses(address, start + WINDOW));
    }

    #[test]
    fn ipv6_addresses_of_one_network_are_counted_together() {
        let throttle = Throttle::default();
        let start = Instant::now();
        for host in 0..u128::from(MAX_FAILURES) {
            throttle.failed(
                IpAddr::V6(Ipv6Addr::from_bits((0x2001_0db8 << 96) + host)),
                start,
            );
        }
        assert!(throttle.refuses(
            IpAddr::V6(Ipv6Addr::from_bits((0x2001_0db8 << 96) + 999)),
            start
        ));
    }

    #[test]
    fn number_of_stored_addresses_is_bounded() {
        let throttle = Throttle::default();
        let start = Instant::now();
        for host in 0..u32::try_from(MAX_ADDRESSES + 100).expect("small") {
            throttle.failed(
                IpAddr::V4(Ipv4Addr::from_bits(host)),
                start + Duration::from_millis(host.into()),
            );
            throttle.succeeded(
                IpAddr::V4(Ipv4Addr::from_bits(host)),
                start + Duration::from_millis(host.into()),
            );
        }
        assert_eq!(
            throttle.known.lock().expect("not poisoned").len(),
            MAX_ADDRESSES
        );
        assert_eq!(
            throttle.windows.lock().expect("not poisoned").len(),
            MAX_ADDRESSES
        );
    }

    #[test]
    fn address_stays_known_for_an_hour_after_its_last_right_token() {
        let throttle = Throttle::default();
        let address = IpAddr::from([192, 0, 2, 7]);
        let start = Instant::now();
        assert!(!throttle.knows(address, start));
        throttle.succeeded(address, start);
        assert!(throttle.knows(address, start + Duration::from_secs(3_599)));
        assert!(!throttle.knows(address, start + KNOWN));
        assert!(!throttle.knows(IpAddr::from([192, 0, 2, 8]), start));
    }
}
