//! Keys for web pages, and the token computed from them (protocol/04 §9).

mod client_key;
mod keys;

pub use keys::token;

use crate::{
    command::commands,
    proto::credentials::{ClientKeyReply, ClientKeyRequest, WebKeysReply, WebKeysRequest},
};

commands! {
    /// Requests the `p_skey` of each given domain. protocol/04 §9.1
    GetWebKeys = 0x102a / 0, WebKeysRequest => WebKeysReply;
    /// Requests the client key. protocol/04 §9.1
    GetClientKey = 0x102a / 1, ClientKeyRequest => ClientKeyReply;
}
