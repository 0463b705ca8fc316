//! The keys of all tickets. Connections use them to decrypt frames without a job on the world's thread.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use nekonap_wire::crypto::Key;

/// The key of each D2 ticket. It includes expired and revoked sessions, because their commands get an answer too
/// (protocol/01 §1.9).
#[derive(Debug, Clone, Default)]
pub(crate) struct Keyring(Arc<Mutex<HashMap<Bytes, Key>>>);

impl Keyring {
    pub(crate) fn add(&self, d2: Bytes, key: Key) {
        self.keys().insert(d2, key);
    }

    pub(crate) fn remove(&self, d2: &Bytes) {
        self.keys().remove(d2);
    }

    /// Removes the keys of all tickets for which `keep` returns false.
    pub(crate) fn retain(&self, keep: impl Fn(&Bytes) -> bool) {
        self.keys().retain(|d2, _| keep(d2));
    }

    pub(crate) fn get(&self, d2: &[u8]) -> Option<Key> {
        self.keys().get(d2).copied()
    }

    fn keys(&self) -> std::sync::MutexGuard<'_, HashMap<Bytes, Key>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
