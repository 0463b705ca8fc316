//! The operations of the world, with one folder per subject and one file per capability. Each operation is one function
//! with two callers, a client's command and a person's act (ARCHITECTURE "Invariants").
//!
//! An operation checks everything, then changes the world, then records the change. A refusal changes nothing.

// All services have the same signature, even if some of them only borrow their request or never fail.
#![allow(clippy::needless_pass_by_value, clippy::unnecessary_wraps)]

pub(crate) mod admin;
pub(crate) mod albums;
pub(crate) mod assist;
pub(crate) mod cards;
pub(crate) mod credentials;
pub(crate) mod extras;
pub(crate) mod faces;
pub(crate) mod files;
pub(crate) mod forwards;
pub(crate) mod friends;
pub(crate) mod groups;
pub(crate) mod history;
pub(crate) mod media;
pub(crate) mod messages;
pub(crate) mod profile;
pub(crate) mod qzone;
pub(crate) mod requests;
pub(crate) mod session;

use crate::{http::Acts, router::Router};

/// The services of the clients' commands.
pub(crate) fn router() -> Router {
    let mut router = Router::default();
    session::commands(&mut router);
    messages::commands(&mut router);
    forwards::commands(&mut router);
    history::commands(&mut router);
    friends::commands(&mut router);
    groups::commands(&mut router);
    admin::commands(&mut router);
    extras::commands(&mut router);
    cards::commands(&mut router);
    assist::commands(&mut router);
    faces::commands(&mut router);
    files::commands(&mut router);
    albums::commands(&mut router);
    credentials::commands(&mut router);
    profile::commands(&mut router);
    requests::commands(&mut router);
    media::commands(&mut router);
    router
}

/// The acts of people.
pub(crate) fn acts() -> Acts {
    let mut acts = Acts::default();
    session::acts(&mut acts);
    messages::acts(&mut acts);
    history::acts(&mut acts);
    friends::acts(&mut acts);
    groups::acts(&mut acts);
    admin::acts(&mut acts);
    extras::acts(&mut acts);
    assist::acts(&mut acts);
    profile::acts(&mut acts);
    faces::acts(&mut acts);
    files::acts(&mut acts);
    albums::acts(&mut acts);
    requests::acts(&mut acts);
    media::acts(&mut acts);
    qzone::acts(&mut acts);
    acts
}

#[cfg(test)]
mod tests {
    use nekonap_wire::commands;

    #[test]
    fn every_declared_command_has_a_service() {
        let router = super::router();
        for declared in commands::all() {
            let name = declared.declaration;
            assert!(
                router.serves(name) || crate::server::SERVED.contains(&name),
                "{name} ({}) has no service",
                declared.name
            );
        }
    }
}
