//! The log-in: QR codes, wtlogin, the NT key exchange and the easy log-in, client's and server's side of each.
//! `protocol/01` §3

mod device;

pub use device::{Device, Guid, Profile};
