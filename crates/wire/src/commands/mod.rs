//! Every command that both ends know, a file a subject and a line a command.

use crate::command::Declared;

pub mod login;
pub mod session;

/// The subjects' lists.
const SUBJECTS: &[&[Declared]] = &[login::DECLARED, session::DECLARED];

/// Every declared command, subject by subject. The sandbox's tests find a service for each.
pub fn all() -> impl Iterator<Item = &'static Declared> {
    SUBJECTS.iter().copied().flatten()
}
