//! Size limits of frames and bodies, in bytes.

/// Largest frame that a client accepts, its length field included: 64 MiB (protocol/01 §1.2).
pub const LARGEST_FRAME: usize = 64 * 1024 * 1024;

/// Largest frame that a server accepts before log-in: 64 KiB. The largest real one, a QR fetch, has about 600 bytes,
/// plus some hundred bytes of a sign provider's signature.
pub const LARGEST_BEFORE_LOG_IN: usize = 64 * 1024;

/// Largest frame that a server accepts from a logged-in client: 10 MiB, the limit of one production client (protocol/01
/// §1.2). Media is not sent in frames.
pub const LARGEST_REQUEST: usize = 10 * 1024 * 1024;

/// Largest size of a decompressed body: the same as for an uncompressed one.
pub const LARGEST_BODY: usize = LARGEST_FRAME;
