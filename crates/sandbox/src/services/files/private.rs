//! Files from one person to another. protocol/03 §7

use std::{net::IpAddr, sync::Arc};

use nekonap_ids::{Uid, Uin};
use nekonap_media::hash;
use nekonap_wire::{
    commands::files::{CLIENT_BY_PATH, private_file_times},
    field::Required,
    message::{Element, File},
    proto::files::{
        ApplyResult, ConfirmResult, FileMetadata, MediaAddress, PrivateDownload,
        PrivateDownloadAddress, PrivateDownloadExtra, PrivateDownloadPart, PrivateDownloadResult,
        PrivateFileReply, PrivateFileRequest,
    },
};
use rand::RngExt;
use serde::Deserialize;

use super::{
    answer, check_name,
    group::{check_size, hashes},
    post::{Uploaded, decoded},
};
use crate::{
    clock::seconds32,
    refusal::{Refusal, code},
    router::Caller,
    services::messages::send::{Draft, To, deliver, may_speak},
    world::{Change, PrivateFile, StoredMessage, World},
};

/// A file that somebody is about to upload for a person.
pub(super) struct NewFile {
    pub(super) receiver: Uin,
    pub(super) name: String,
    pub(super) size: u64,
    pub(super) md5: Vec<u8>,
    pub(super) sha1: Vec<u8>,
}

/// Announces a file for a friend. If the server has the bytes, the file is complete at once.
pub(super) fn announce(
    world: &mut World,
    actor: Uin,
    new: NewFile,
) -> Result<PrivateFile, Refusal> {
    may_speak(world, actor, To::Friend(new.receiver))?;
    check_name(&new.name)?;
    check_size(new.size)?;
    let now = world.now();
    let file = PrivateFile {
        uuid: hex::encode(rand::random::<[u8; 24]>()),
        crc: hex::encode(rand::random::<[u8; 20]>()),
        sender: actor,
        receiver: new.receiver,
        name: new.name,
        size: new.size,
        complete: world.has_content(&new.sha1, new.size)?,
        md5: new.md5,
        sha1: new.sha1,
        uploaded: now,
        expires: private_file_times(now),
        upload_key: rand::random::<[u8; 16]>().to_vec(),
    };
    world.save_private_file(&file)?;
    if file.complete {
        uploaded(world, actor, &file);
    }
    Ok(file)
}

fn uploaded(world: &mut World, actor: Uin, file: &PrivateFile) {
    let change = Change::PrivateFileUploaded {
        to: file.receiver,
        file_id: file.uuid.clone(),
        file_name: file.name.clone(),
    };
    world.record(Some(actor), change);
}

/// The file that somebody announced and uploads with this key.
pub(super) fn awaited(
    world: &World,
    actor: Uin,
    uuid: &str,
    upload_key: &[u8],
) -> Result<PrivateFile, Refusal> {
    let found = world.private_file(uuid)?;
    found
        .filter(|file| file.sender == actor && file.upload_key == upload_key)
        .ok_or_else(|| Refusal::not_found(format!("no file {uuid:?} waits for this upload")))
}

/// Completes a file whose bytes are in the store now.
///
/// # Errors
/// No such file waits for an upload with this key.
pub(super) fn complete(
    world: &mut World,
    actor: Uin,
    uuid: &str,
    upload_key: &[u8],
) -> Result<(), Refusal> {
    let mut file = awaited(world, actor, uuid, upload_key)?;
    if !file.complete {
        file.complete = true;
        world.save_private_file(&file)?;
        uploaded(world, actor, &file);
    }
    Ok(())
}

/// Sends a file as a message of the actor.
pub(super) fn post(
    world: &mut World,
    actor: Uin,
    file: &PrivateFile,
    (random, connection): (u32, Option<u64>),
) -> Result<Arc<StoredMessage>, Refusal> {
    let to = To::Friend(file.receiver);
    may_speak(world, actor, to)?;
    let element = Element::File(File {
        name: file.name.clone(),
        size: file.size,
        id: file.uuid.clone(),
        md5: hex::encode(&file.md5),
        hash: file.crc.clone(),
        business: 0,
    });
    let draft = Draft {
        to,
        elements: vec![element],
        client_sequence: rand::rng().random_range(10_000..100_000),
        random,
        thrown: false,
        connection,
    };
    deliver(world, actor, draft)
}

/// The person with the uid in a field.
fn named(world: &World, uid: Option<&str>, field: &'static str) -> Result<Uin, Refusal> {
    let uid: Uid = uid.map(str::to_owned).required(field)?;
    world.by_uid(uid)
}

fn announced(
    world: &mut World,
    caller: &Caller,
    request: &PrivateFileRequest,
) -> Result<PrivateFile, Refusal> {
    let part = request.apply.clone().unwrap_or_default();
    if named(world, part.sender_uid.as_deref(), "sender_uid")? != caller.uin {
        return Err(Refusal::bad_request("`sender_uid` is another account"));
    }
    let (md5, sha1) = hashes(part.md5, part.sha1)?;
    let new = NewFile {
        receiver: named(world, part.receiver_uid.as_deref(), "receiver_uid")?,
        name: part.file_name.unwrap_or_default(),
        size: part.file_size.unwrap_or(0),
        md5,
        sha1,
    };
    announce(world, caller.uin, new)
}

pub(super) fn apply_command(
    world: &mut World,
    caller: &Caller,
    request: PrivateFileRequest,
) -> Result<PrivateFileReply, Refusal> {
    let outcome = announced(world, caller, &request);
    let address = world.address;
    let part = answer(outcome, |outcome| match outcome {
        Err(refusal) => ApplyResult::refused(&refusal),
        Ok(file) => ApplyResult {
            ret_code: Some(0),
            ret_msg: Some("ok".to_owned()),
            uploaded_size: Some(0),
            upload_ip: Some(address.ip().to_string()),
            upload_domain: Some(String::new()),
            upload_port: Some(address.port().into()),
            uuid: Some(file.uuid),
            upload_key: Some(file.upload_key.clone().into()),
            file_exist: Some(file.complete),
            pack_size: Some(0),
            file_id_crc: Some(file.crc),
            media_addresses: match address.ip() {
                IpAddr::V4(ip) => vec![MediaAddress::new(ip, address.port())],
                IpAddr::V6(_) => Vec::new(),
            },
            media_upload_key: Some(file.upload_key.into()),
            ..ApplyResult::default()
        },
    })?;
    Ok(PrivateFileReply {
        apply: Some(part),
        ..PrivateFileReply::to(&request)
    })
}

/// A complete file that the account sent or received.
fn own(world: &World, actor: Uin, uuid: &str, crc: &str) -> Result<PrivateFile, Refusal> {
    world
        .private_file(uuid)?
        .filter(|file| file.complete && (file.sender == actor || file.receiver == actor))
        .filter(|file| crc.is_empty() || file.crc == crc)
        .ok_or_else(|| Refusal::not_found(format!("there is no file {uuid:?}")))
}

fn metadata(file: &PrivateFile) -> FileMetadata {
    FileMetadata {
        uin: u32::try_from(file.sender.get()).ok(),
        field_2: Some(0),
        field_3: Some(0),
        size: Some(u32::try_from(file.size).unwrap_or(u32::MAX)),
        time: Some(seconds32(file.uploaded)),
        uuid: Some(file.uuid.clone()),
        file_name: Some(file.name.clone()),
        field_100: Some(file.sha1.clone().into()),
        field_101: Some(file.md5.clone().into()),
        field_110: Some(0),
        field_130: Some(seconds32(file.expires)),
        file_id_crc: Some(file.crc.clone()),
        field_141: Some(file.sha1.clone().into()),
        field_142: Some(file.md5.clone().into()),
    }
}

pub(super) fn confirm_command(
    world: &mut World,
    caller: &Caller,
    request: PrivateFileRequest,
) -> Result<PrivateFileReply, Refusal> {
    let part = request.confirm.clone().unwrap_or_default();
    let uuid = part.uuid.unwrap_or_default();
    let crc = part.file_id_crc.unwrap_or_default();
    let outcome = own(world, caller.uin, &uuid, &crc);
    let part = answer(outcome, |outcome| match outcome {
        Err(refusal) => ConfirmResult::refused(&refusal),
        Ok(file) => ConfirmResult {
            ret_code: Some(0),
            metadata: Some(metadata(&file)),
        },
    })?;
    Ok(PrivateFileReply {
        confirm: Some(part),
        ..PrivateFileReply::to(&request)
    })
}

/// A link to a file, and the file.
fn link(
    world: &mut World,
    actor: Uin,
    part: &PrivateDownloadPart,
) -> Result<(PrivateFile, [u8; 20]), Refusal> {
    if named(world, part.receiver_uid.as_deref(), "receiver_uid")? != actor {
        return Err(
            Refusal::bad_request("`receiver_uid` is another account").coded(code::MALFORMED)
        );
    }
    let uuid = part.file_uuid.as_deref().unwrap_or_default();
    let crc = part.file_id_crc.as_deref().unwrap_or_default();
    let file = own(world, actor, uuid, crc)?;
    let now = world.now();
    let token = world.file_tokens.add(&file.sha1, &file.name, now);
    Ok((file, token))
}

/// The address has both forms; the client takes the one for its `client_type` (protocol/03 §7.4).
pub(super) fn download_command(
    world: &mut World,
    caller: &Caller,
    request: PrivateFileRequest,
) -> Result<PrivateFileReply, Refusal> {
    let part = request.download.clone().unwrap_or_default();
    let outcome = link(world, caller.uin, &part);
    let address = world.address;
    let by_path = request.client_type == Some(CLIENT_BY_PATH);
    let part = answer(outcome, |outcome| match outcome {
        Err(refusal) => PrivateDownloadResult::refused(&refusal),
        Ok((file, token)) => {
            let path = format!("/ftn_handler/{}/?fname=", hex::encode(token));
            PrivateDownloadResult {
                ret_code: Some(0),
                state: Some("ok".to_owned()),
                result: Some(PrivateDownload {
                    server: by_path.then(|| address.ip().to_string()),
                    port: by_path.then(|| address.port().into()),
                    url: by_path.then_some(path),
                    extra: Some(PrivateDownloadExtra {
                        field_100: Some(0),
                        address: Some(PrivateDownloadAddress {
                            download_url: Some(token.to_vec().into()),
                            download_dns: Some(address.to_string()),
                        }),
                    }),
                    ..PrivateDownload::default()
                }),
                metadata: Some(metadata(&file)),
            }
        }
    })?;
    Ok(PrivateFileReply {
        download: Some(part),
        ..PrivateFileReply::to(&request)
    })
}

/// Parameters of `send_private_file`.
#[derive(Debug, Deserialize)]
pub(super) struct SendAct {
    to: Uin,
    name: String,
    base64: String,
}

pub(super) fn act_send(world: &mut World, actor: Uin, act: SendAct) -> Result<Uploaded, Refusal> {
    may_speak(world, actor, To::Friend(act.to))?;
    let bytes = decoded(&act.base64)?;
    let hashes = hash(&bytes);
    world.store_file(&bytes, "")?;
    let new = NewFile {
        receiver: act.to,
        name: act.name,
        size: hashes.size,
        md5: hashes.md5.to_vec(),
        sha1: hashes.sha1.to_vec(),
    };
    let file = announce(world, actor, new)?;
    let sent = post(world, actor, &file, (rand::random(), None))?;
    Ok(Uploaded::new(file.uuid, &sent))
}
