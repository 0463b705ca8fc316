//! Every command that both ends know, a file a subject and a line a command.

use crate::command::Declared;

pub mod credentials;
pub mod extras;
pub mod forwards;
pub mod friends;
pub mod groups;
pub mod history;
pub mod login;
pub mod messages;
pub mod session;

/// The subjects' lists.
const SUBJECTS: &[&[Declared]] = &[
    login::DECLARED,
    session::DECLARED,
    messages::DECLARED,
    forwards::DECLARED,
    history::DECLARED,
    friends::DECLARED,
    groups::DECLARED,
    extras::DECLARED,
    credentials::DECLARED,
];

/// Every declared command, subject by subject. The sandbox's tests find a service for each.
pub fn all() -> impl Iterator<Item = &'static Declared> {
    SUBJECTS.iter().copied().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oidb;

    #[test]
    fn names_are_written_as_the_wire_wants_them() {
        for Declared { name, .. } in all() {
            assert!(name.contains('.') && name.is_ascii(), "{name}");
            if name.starts_with("OidbSvc") {
                let (command, sub_command) = oidb::number(name).expect(name);
                assert_eq!(*name, format!("{}{command:x}_{sub_command}", oidb::PREFIX));
            }
        }
    }

    #[test]
    fn every_declaration_is_listed_once() {
        let mut declarations: Vec<_> = all().map(|declared| declared.declaration).collect();
        let count = declarations.len();
        declarations.sort_unstable();
        declarations.dedup();
        assert_eq!(declarations.len(), count);
    }
}
