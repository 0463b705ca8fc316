//! Facts about bytes: hashes and picture headers.
