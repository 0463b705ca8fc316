//! The account's own profile and online status (protocol/04 §8).

mod set;
mod status;

pub use set::ProfileChange;
pub use status::{CUSTOM, CustomStatus, OwnStatus};

use crate::{
    command::commands,
    proto::{admin::Done, profile::SetProfileRequest},
};

commands! {
    /// Changes the account's own profile. protocol/04 §8.1
    SetProfile = 0x112a / 2, SetProfileRequest => Done;
    /// Sets the account's own online status. protocol/04 §8.2
    SetStatus;
}
