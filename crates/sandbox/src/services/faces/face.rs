//! People's own stickers: list, deletion, and saving a picture as a sticker. protocol/03 §8.3

use base64::{Engine as _, engine::general_purpose::STANDARD};
use nekonap_ids::Uin;
use nekonap_media::{Hashes, picture};
use nekonap_wire::{
    commands::faces::{DELETE, DESCRIBE, LIST},
    proto::faces::{
        DescribeReply, DescribeRequest, FaceDeleted, FaceList, FacesReply, FacesRequest,
    },
};
use serde::{Deserialize, Serialize};

use crate::{
    refusal::Refusal,
    router::Caller,
    world::{MAX_FACES, World},
};

/// First part of the path of a sticker's picture. protocol/03 §5.2
pub(crate) const BID: &str = "qq_expression";
/// Bytes of a sticker's picture.
pub(super) const MAX_PICTURE: usize = 1 << 20;
/// Maximum length of a description, in characters.
const MAX_DESCRIPTION: usize = 60;

pub(crate) fn command(
    world: &mut World,
    caller: &Caller,
    request: FacesRequest,
) -> Result<FacesReply, Refusal> {
    let owner = caller.uin;
    if request.self_uin != Some(owner.get()) {
        return Err(Refusal::bad_request("`self_uin` is another account"));
    }
    let reply = FacesReply {
        ret_code: Some(0),
        err_msg: Some(String::new()),
        sub_cmd: request.sub_cmd,
        ..FacesReply::default()
    };
    match request.sub_cmd {
        Some(LIST) => Ok(FacesReply {
            list: Some(FaceList {
                face_ids: world.faces(owner)?,
                bid: Some(BID.to_owned()),
                max_size: Some(MAX_FACES),
            }),
            ..reply
        }),
        Some(DELETE) => {
            let mut deleted = Vec::new();
            for face in request.faces {
                let face_id = face.face_id.unwrap_or_default();
                if world.remove_face(owner, &face_id)? {
                    deleted.push(FaceDeleted {
                        face_id: Some(face_id),
                        status: Some(0),
                    });
                }
            }
            Ok(FacesReply { deleted, ..reply })
        }
        other => Err(Refusal::bad_request(format!(
            "`sub_cmd` is 1 or 2, not {other:?}"
        ))),
    }
}

/// Sets what the caller says about one of its stickers.
pub(super) fn describe(
    world: &mut World,
    caller: &Caller,
    request: DescribeRequest,
) -> Result<DescribeReply, Refusal> {
    if request.operation != Some(DESCRIBE) {
        let text = format!("`operation` is {DESCRIBE}, not {:?}", request.operation);
        return Err(Refusal::bad_request(text));
    }
    let description = request.description.unwrap_or_default();
    let face = description.face.unwrap_or_default();
    let face_id = face.face_id.unwrap_or_default();
    let text = description.text.unwrap_or_default();
    if text.chars().count() > MAX_DESCRIPTION {
        let text = format!("a description has at most {MAX_DESCRIPTION} characters");
        return Err(Refusal::bad_request(text));
    }
    if !world.describe_face(caller.uin, &face_id, &text)? {
        let text = format!("{} has no sticker {face_id:?}", caller.uin);
        return Err(Refusal::not_found(text));
    }
    Ok(DescribeReply::done())
}

/// Parameters of `save_face`.
#[derive(Debug, Deserialize)]
pub(crate) struct SaveFace {
    base64: String,
}

/// Reply of `save_face`.
#[derive(Debug, Serialize)]
pub(crate) struct SavedFace {
    face: String,
}

/// Checks and stores the picture in the field `base64` of an act.
pub(super) fn stored_picture(world: &mut World, base64: &str) -> Result<Hashes, Refusal> {
    let bytes = STANDARD
        .decode(base64)
        .map_err(|error| Refusal::bad_request(format!("`base64`: {error}")))?;
    if bytes.len() > MAX_PICTURE {
        let text = format!("`base64`: the picture has at most {MAX_PICTURE} bytes");
        return Err(Refusal::bad_request(text));
    }
    picture(&bytes).map_err(|error| Refusal::bad_request(format!("`base64`: {error}")))?;
    world.store_file(&bytes, "")
}

pub(crate) fn act_save(world: &mut World, actor: Uin, act: SaveFace) -> Result<SavedFace, Refusal> {
    let hashes = stored_picture(world, &act.base64)?;
    let md5 = hex::encode_upper(hashes.md5);
    let face = format!("{actor}_0_0_0_{md5}_0_0");
    world.save_face(actor, &face, &hashes.sha1)?;
    Ok(SavedFace { face })
}
