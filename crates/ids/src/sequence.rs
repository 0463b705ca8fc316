//! Message sequences.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The sequence of a message in its conversation: a counter of the group, or a counter that two accounts share, so that
/// all participants see the same number (protocol/02 §2.7). It grows with every message; 0 is before the first.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schemars", schemars(transparent))]
#[serde(transparent)]
pub struct Sequence(u64);

impl Sequence {
    /// A sequence from its number; any number is valid.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The plain number.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The next sequence. Saturates at 2^64 − 1.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
