//! Temporary.
use nekonap_ids::Conversation;
pub(super) fn conversation(_body: &[u8]) -> Option<Conversation> {
    None
}
