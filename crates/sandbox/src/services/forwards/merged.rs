//! Upload and download of a forward's messages. protocol/02 §7.1, §7.2

use nekonap_wire::{
    commands::forwards::unpack,
    proto::forwards::{DownloadReply, DownloadRequest, UploadReply, UploadRequest},
};

use crate::{
    refusal::{Refusal, code},
    router::Caller,
    world::World,
};

/// The largest payload that is stored, packed: a thousand messages have a fiftieth of it.
const LARGEST: usize = 4 << 20;
/// A client stores messages; the resource id works in any chat, for anybody.
pub(crate) fn upload(
    world: &mut World,
    caller: &Caller,
    request: UploadRequest,
) -> Result<UploadReply, Refusal> {
    let payload = request.packed();
    if payload.len() > LARGEST {
        let text = format!("a forward has at most {LARGEST} bytes");
        return Err(Refusal::bad_request(text).coded(code::TOO_LARGE));
    }
    let unpacked = unpack(&payload)?;
    if unpacked.items.is_empty() {
        return Err(Refusal::bad_request("a forward without messages").coded(code::CONTENT));
    }
    let res_id = world.store_long_message(caller.uin, &payload)?;
    Ok(UploadReply::new(res_id))
}

/// A client fetches messages; an unknown id has no payload.
pub(crate) fn download(
    world: &mut World,
    _caller: &Caller,
    request: DownloadRequest,
) -> Result<DownloadReply, Refusal> {
    let res_id = request.res_id();
    let packed = world.long_message(&res_id)?.unwrap_or_default();
    Ok(DownloadReply::new(res_id, packed))
}
