//! Upload and download of the messages of a merged forward. protocol/02 §7.1, §7.2

use nekonap_wire::{
    commands::forwards::unpack,
    proto::forwards::{DownloadReply, DownloadRequest, UploadReply, UploadRequest},
};

use crate::{
    refusal::{Refusal, code},
    router::Caller,
    world::World,
};

/// Maximum size of a compressed payload, in bytes: about fifty times the size of a thousand messages.
const MAX_PAYLOAD: usize = 4 << 20;
/// Stores the messages of a forward. The returned resource id is valid for all accounts and chats.
pub(crate) fn upload(
    world: &mut World,
    caller: &Caller,
    request: UploadRequest,
) -> Result<UploadReply, Refusal> {
    let payload = request.packed();
    if payload.len() > MAX_PAYLOAD {
        let text = format!("a forward has at most {MAX_PAYLOAD} bytes");
        return Err(Refusal::bad_request(text).coded(code::TOO_LARGE));
    }
    let unpacked = unpack(&payload)?;
    if unpacked.items.is_empty() {
        return Err(Refusal::bad_request("a forward must contain messages").coded(code::CONTENT));
    }
    let res_id = world.store_long_message(caller.uin, &payload)?;
    Ok(UploadReply::new(res_id))
}

/// Returns the messages of a forward. For an unknown id the reply has no payload.
pub(crate) fn download(
    world: &mut World,
    _caller: &Caller,
    request: DownloadRequest,
) -> Result<DownloadReply, Refusal> {
    let res_id = request.res_id();
    let packed = world.long_message(&res_id)?.unwrap_or_default();
    Ok(DownloadReply::new(res_id, packed))
}
