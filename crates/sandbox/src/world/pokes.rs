//! The newest pokes, so that people can take them back. Kept in memory only: not across a restart.

use std::collections::VecDeque;

use nekonap_ids::Uin;

use super::Poked;

/// Maximum number of pokes that are kept. Older ones cannot be taken back.
const MAX_POKES: usize = 1_000;

/// A poke.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RecentPoke {
    pub(crate) by: Uin,
    pub(crate) place: Poked,
    /// Id of the tip.
    pub(crate) tip_id: u64,
}

/// The newest pokes, oldest first.
#[derive(Debug, Default)]
pub(crate) struct RecentPokes(VecDeque<RecentPoke>);

impl RecentPokes {
    pub(crate) fn add(&mut self, poke: RecentPoke) {
        if self.0.len() >= MAX_POKES {
            self.0.pop_front();
        }
        self.0.push_back(poke);
    }

    /// A person's newest poke that `wanted` accepts.
    pub(crate) fn newest(
        &self,
        by: Uin,
        wanted: impl Fn(&RecentPoke) -> bool,
    ) -> Option<RecentPoke> {
        let mut own = self.0.iter().rev().filter(|poke| poke.by == by);
        own.find(|poke| wanted(poke)).copied()
    }

    /// Removes a poke.
    pub(crate) fn remove(&mut self, tip_id: u64) {
        self.0.retain(|poke| poke.tip_id != tip_id);
    }
}
