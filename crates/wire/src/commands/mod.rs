//! All commands: one folder per subject, whose `mod.rs` is the table of its commands, and one file per capability with
//! constructors and accessors for its requests and replies.

use crate::command::Declared;

pub mod admin;
pub mod albums;
pub mod assist;
pub mod cards;
pub mod credentials;
pub mod extras;
pub mod faces;
pub mod files;
pub mod forwards;
pub mod friends;
pub mod groups;
pub mod history;
pub mod login;
pub mod media;
pub mod messages;
pub mod profile;
pub mod requests;
pub mod session;

/// The command lists of all subjects.
const SUBJECTS: &[&[Declared]] = &[
    login::DECLARED,
    session::DECLARED,
    messages::DECLARED,
    forwards::DECLARED,
    history::DECLARED,
    friends::DECLARED,
    groups::DECLARED,
    admin::DECLARED,
    extras::DECLARED,
    cards::DECLARED,
    credentials::DECLARED,
    profile::DECLARED,
    assist::DECLARED,
    faces::DECLARED,
    files::DECLARED,
    albums::DECLARED,
    requests::DECLARED,
    media::DECLARED,
];

/// Every declared command. The sandbox's tests check that each has a service.
pub fn all() -> impl Iterator<Item = &'static Declared> {
    SUBJECTS.iter().copied().flatten()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::oidb;

    #[test]
    fn names_have_the_wire_format() {
        for Declared { name, .. } in all() {
            assert!(name.contains('.') && name.is_ascii(), "{name}");
            if name.starts_with("OidbSvc") {
                let (command, sub_command) = oidb::number(name).expect(name);
                assert_eq!(*name, format!("{}{command:x}_{sub_command}", oidb::PREFIX));
            }
        }
    }

    #[test]
    fn command_names_are_unique() {
        let mut declarations = HashSet::new();
        let mut names = HashSet::new();
        for declared in all() {
            let Declared {
                declaration,
                name,
                by_uin,
                ..
            } = *declared;
            assert!(
                declarations.insert(declaration),
                "{declaration} is declared twice"
            );
            assert!(
                names.insert((name, by_uin)),
                "{declaration}: {name} is declared twice"
            );
        }
    }

    #[test]
    fn every_folder_is_listed_as_a_subject() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/commands");
        let folders = std::fs::read_dir(folder)
            .expect("the sources")
            .filter(|entry| entry.as_ref().is_ok_and(|entry| entry.path().is_dir()))
            .count();
        assert_eq!(folders, SUBJECTS.len());
    }
}
