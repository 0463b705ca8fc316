//! Own group messages that an action waits for, because the server posts them itself.

use std::sync::{Mutex, PoisonError};

use nekonap_ids::{GroupUin, MessageId};
use tokio::sync::oneshot;

/// The messages that running actions wait for, each by its group and random number.
#[derive(Debug, Default)]
pub(crate) struct Echoes(Mutex<Vec<(GroupUin, u32, oneshot::Sender<MessageId>)>>);

impl Echoes {
    /// Receives the id of the own message with this random number when it arrives.
    pub(crate) fn expect(&self, group: GroupUin, random: u32) -> oneshot::Receiver<MessageId> {
        let (sender, receiver) = oneshot::channel();
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Actions that no longer wait leave their entries behind.
        waiting.retain(|(_, _, sender)| !sender.is_closed());
        waiting.push((group, random, sender));
        receiver
    }

    /// Reports an own message that arrived.
    pub(crate) fn arrived(&self, group: GroupUin, random: u32, id: MessageId) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = waiting
            .iter()
            .position(|(of, number, _)| (*of, *number) == (group, random));
        if let Some(at) = found {
            // The action may have given up.
            let _ = waiting.swap_remove(at).2.send(id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn message_is_found_by_group_and_random() {
        let group = |number| GroupUin::new(number).expect("a group");
        let echoes = Echoes::default();
        let mut expected = echoes.expect(group(1), 7);
        drop(echoes.expect(group(2), 7));
        let id = MessageId::new(5).expect("an id");
        for (number, random) in [(1, 8), (2, 7), (3, 7)] {
            echoes.arrived(group(number), random, id);
        }
        assert!(expected.try_recv().is_err());
        echoes.arrived(group(1), 7, id);
        assert_eq!(expected.try_recv(), Ok(id));
        let _later = echoes.expect(group(1), 9);
        assert_eq!(echoes.0.lock().expect("a lock").len(), 1);
    }
}
