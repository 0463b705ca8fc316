//! Messages as people write and see them: a text, or a list of elements in JSON (api/sandbox §3).

mod read;
mod write;

pub(crate) use read::read;
pub(crate) use write::write;

/// How deep forwards may be inside forwards.
const DEEPEST: usize = 10;
