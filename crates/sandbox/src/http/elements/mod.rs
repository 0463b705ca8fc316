//! Message contents in the JSON of the HTTP API: a string or a list of elements (api/sandbox §3).

mod read;
mod write;

pub(crate) use read::read;
pub(crate) use write::write;

/// Maximum nesting depth of forwards.
const MAX_DEPTH: usize = 10;
