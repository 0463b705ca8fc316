//! Counts wrong tokens by address, so that nobody can go on guessing (api/transports §4.3, §13, point 5).

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Failures of one address within a window after which it is refused.
const TRIES: u32 = 20;

/// How long failures count, from the first of them.
const WINDOW: Duration = Duration::from_mins(1);

/// Addresses remembered at once. Beyond that the oldest window is forgotten: a flood of addresses costs memory otherwise.
const ADDRESSES: usize = 4_096;

/// Failures by address. An IPv6 address counts with its /64, since one host may use all of it.
#[derive(Default)]
pub(crate) struct Throttle {
    windows: Mutex<HashMap<IpAddr, Window>>,
}

struct Window {
    began: Instant,
    failures: u32,
}

impl Throttle {
    /// Whether that address has failed too often.
    pub(crate) fn refuses(&self, address: IpAddr, now: Instant) -> bool {
        let windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        windows.get(&counted(address)).is_some_and(|window| {
            window.failures >= TRIES && now.duration_since(window.began) < WINDOW
        })
    }

    /// Counts a failure of that address.
    pub(crate) fn failed(&self, address: IpAddr, now: Instant) {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        let address = counted(address);
        if windows.len() >= ADDRESSES && !windows.contains_key(&address) {
            windows.retain(|_, window| now.duration_since(window.began) < WINDOW);
            if windows.len() >= ADDRESSES
                && let Some(oldest) = windows
                    .iter()
                    .min_by_key(|(_, window)| window.began)
                    .map(|(address, _)| *address)
            {
                windows.remove(&oldest);
            }
        }
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

/// The address under which failures are counted.
fn counted(address: IpAddr) -> IpAddr {
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
    fn twenty_failures_in_a_minute_are_enough() {
        let throttle = Throttle::default();
        let address = IpAddr::from([192, 0, 2, 7]);
        let start = Instant::now();
        for _ in 0..TRIES {
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
    fn an_ipv6_host_cannot_hide_in_its_network() {
        let throttle = Throttle::default();
        let start = Instant::now();
        for host in 0..u128::from(TRIES) {
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
    fn it_remembers_a_bounded_number_of_addresses() {
        let throttle = Throttle::default();
        let start = Instant::now();
        for host in 0..u32::try_from(ADDRESSES + 100).expect("small") {
            throttle.failed(
                IpAddr::V4(Ipv4Addr::from_bits(host)),
                start + Duration::from_millis(host.into()),
            );
        }
        assert_eq!(
            throttle.windows.lock().expect("not poisoned").len(),
            ADDRESSES
        );
    }
}
