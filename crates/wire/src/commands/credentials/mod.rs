//! Keys to web pages, and the token made of them. protocol/04 §9

mod keys;

pub use keys::token;

use crate::{
    command::commands,
    proto::credentials::{WebKeysReply, WebKeysRequest},
};

commands! {
    /// The `p_skey` of each domain that is named. protocol/04 §9.1
    GetWebKeys = 0x102a / 0, WebKeysRequest => WebKeysReply;
}
