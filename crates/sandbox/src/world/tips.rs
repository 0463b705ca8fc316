//! The newest grey lines that members have sent, so that they can be recalled. Kept in memory only: not across a restart.

use std::collections::VecDeque;

use nekonap_ids::{GroupUin, Sequence, Uin};

/// Maximum number of lines that are kept. Older ones cannot be recalled.
const MAX_TIPS: usize = 1_000;

/// A grey line in a group.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RecentTip {
    pub(crate) group: GroupUin,
    pub(crate) sequence: Sequence,
    pub(crate) by: Uin,
    /// Time of sending, in Unix seconds.
    pub(crate) time: u64,
}

/// The newest lines, oldest first.
#[derive(Debug, Default)]
pub(crate) struct RecentTips(VecDeque<RecentTip>);

impl RecentTips {
    pub(crate) fn add(&mut self, tip: RecentTip) {
        if self.0.len() >= MAX_TIPS {
            self.0.pop_front();
        }
        self.0.push_back(tip);
    }

    /// The line at a sequence of a group.
    pub(crate) fn find(&self, group: GroupUin, sequence: Sequence) -> Option<RecentTip> {
        let mut tips = self.0.iter().rev();
        tips.find(|tip| (tip.group, tip.sequence) == (group, sequence))
            .copied()
    }

    /// Removes a line.
    pub(crate) fn remove(&mut self, group: GroupUin, sequence: Sequence) {
        self.0
            .retain(|tip| (tip.group, tip.sequence) != (group, sequence));
    }
}
