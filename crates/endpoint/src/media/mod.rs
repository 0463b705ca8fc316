//! Media: so far what was received, to be sent again by reference.

mod received;

pub(crate) use received::Received;
