//! Upload and download of a forward's messages. protocol/02 §7.1, §7.2

use nekonap_wire::{
    commands::forwards::unpack,
    proto::forwards::{
        Attr, DownloadReply, DownloadRequest, Downloaded, UploadReply, UploadRequest, Uploaded,
    },
};

use crate::{
    refusal::{Refusal, code},
    router::Caller,
    world::World,
};

/// The largest payload that is stored, packed: a thousand messages have a fiftieth of it.
const LARGEST: usize = 4 << 20;
/// `sub_cmd` of an answer to an upload, and to a download.
const UPLOAD: u32 = 4;
const DOWNLOAD: u32 = 2;

fn attr(sub_cmd: u32) -> Attr {
    Attr {
        sub_cmd: Some(sub_cmd),
        client_type: Some(0),
        platform: Some(0),
        proxy_type: Some(0),
    }
}

/// A client stores messages; the resource id works in any chat, for anybody.
pub(crate) fn upload(
    world: &mut World,
    caller: &Caller,
    request: UploadRequest,
) -> Result<UploadReply, Refusal> {
    let payload = request
        .upload
        .and_then(|upload| upload.payload)
        .unwrap_or_default();
    if payload.len() > LARGEST {
        let text = format!("a forward has at most {LARGEST} bytes");
        return Err(Refusal::bad_request(text).coded(code::TOO_LARGE));
    }
    let unpacked = unpack(&payload)?;
    if unpacked.items.is_empty() {
        return Err(Refusal::bad_request("a forward without messages").coded(code::CONTENT));
    }
    let res_id = world.store_long_message(caller.uin, &payload)?;
    Ok(UploadReply {
        uploaded: Some(Uploaded {
            res_id: Some(res_id),
        }),
        attr: Some(attr(UPLOAD)),
    })
}

/// A client fetches messages; an unknown id has no payload.
pub(crate) fn download(
    world: &mut World,
    _caller: &Caller,
    request: DownloadRequest,
) -> Result<DownloadReply, Refusal> {
    let res_id = request
        .download
        .and_then(|download| download.res_id)
        .unwrap_or_default();
    let payload = world.long_message(&res_id)?.unwrap_or_default();
    Ok(DownloadReply {
        downloaded: Some(Downloaded {
            res_id: Some(res_id),
            payload: Some(payload.into()),
        }),
        attr: Some(attr(DOWNLOAD)),
    })
}
