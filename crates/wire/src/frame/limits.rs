//! How large things may be.

/// The largest frame that a client believes, its length field included: 64 MiB (protocol/01 §1.2).
pub const LARGEST_FRAME: usize = 64 * 1024 * 1024;

/// The largest frame that a server need take before a log-in: the largest there is, a QR fetch, has some 600 bytes, and
/// a signature of a provider some hundred more.
pub const LARGEST_BEFORE_LOG_IN: usize = 64 * 1024;

/// The largest frame that a server need take from somebody logged in: 10 MiB, which one production client has as its
/// own limit (protocol/01 §1.2). Media travels elsewhere.
pub const LARGEST_REQUEST: usize = 10 * 1024 * 1024;

/// The most bytes that a compressed body may become: as many as an uncompressed one may have.
pub const LARGEST_BODY: usize = LARGEST_FRAME;
