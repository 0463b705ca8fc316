//! Media that were received, which can be sent again without an upload.

mod received;

pub(crate) use received::Received;
