//! Media that were received, which can be sent again without an upload.

mod file_ref;
mod received;

pub(crate) use file_ref::FileRef;
pub(crate) use received::Received;
