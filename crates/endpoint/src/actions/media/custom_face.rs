//! `fetch_custom_face`, `fetch_custom_face_detail`, `delete_custom_face` (api/actions §3.10).

use nekonap_client::CustomFace;
use nekonap_ids::Uin;
use nekonap_onebot::Code;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    actions::KeyResult,
    bot::Context,
    error::{Failure, Result},
};

/// Stickers per call of `delete_custom_face`.
const MAX_DELETED: usize = 500;

/// Parameters of `fetch_custom_face` and `fetch_custom_face_detail`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct FetchCustomFace {
    /// How many stickers at most; 0 or less for none.
    #[serde(default = "forty_eight")]
    count: i64,
}

const fn forty_eight() -> i64 {
    48
}

/// Parameters of `delete_custom_face`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct DeleteCustomFace {
    /// `resId` of the stickers to delete, at most 500.
    #[schemars(example = ["10001_0_0_0_0A1B2C3D4E5F60718293A4B5C6D7E8F9_0_0"])]
    res_id: Option<Vec<String>>,
    /// The same as `res_id`.
    id: Option<Vec<String>>,
    /// The same as `res_id`.
    ids: Option<Vec<String>>,
    /// Not enough to find a sticker: use `res_id`.
    #[serde(rename = "md5")]
    _md5: Option<Vec<String>>,
}

/// A sticker that the account has saved. The server's list has only ids: the other fields are the same for all.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CustomFaceDetail {
    /// QQ number of the account, as text.
    uin: String,
    /// Position in the list, from 1.
    emo_id: u32,
    /// Id of the sticker, for `delete_custom_face`.
    res_id: String,
    /// URL of the picture.
    url: String,
    /// MD5 of the picture in upper-case hex.
    md5: String,
    /// Always empty: the picture is not on this machine.
    emo_path: &'static str,
    /// Always empty.
    thumb_path: &'static str,
    /// Always empty.
    emo_original_path: &'static str,
    /// Always true.
    is_exist: bool,
    /// Always false.
    #[serde(rename = "isAPNG")]
    is_apng: bool,
    /// Always false.
    is_mark_face: bool,
    /// Always empty.
    e_id: &'static str,
    /// Always empty.
    ep_id: &'static str,
    /// Always empty.
    ocr_word: &'static str,
    /// Always empty.
    modify_word: &'static str,
    /// Always empty.
    desc: &'static str,
    /// Always empty.
    #[serde(rename = "RomaingType")]
    roaming_type: &'static str,
    /// Always 0.
    expose_num: u32,
    /// Always 0.
    click_num: u32,
}

pub(crate) async fn fetch(cx: Context, params: FetchCustomFace) -> Result<Vec<String>> {
    let faces = newest(&cx, params.count).await?.into_iter();
    Ok(faces.map(|face| face.url).collect())
}

pub(crate) async fn detail(cx: Context, params: FetchCustomFace) -> Result<Vec<CustomFaceDetail>> {
    let account = cx.self_id();
    let faces = newest(&cx, params.count).await?.into_iter();
    Ok(faces
        .zip(1..)
        .map(|(face, number)| described(account, face, number))
        .collect())
}

pub(crate) async fn delete(cx: Context, params: DeleteCustomFace) -> Result<KeyResult> {
    let mut ids = Vec::new();
    for list in [params.res_id, params.id, params.ids].into_iter().flatten() {
        ids.extend(list.into_iter().filter(|id| !id.is_empty()));
    }
    if ids.is_empty() {
        return Err(Failure::missing("res_id"));
    }
    if ids.len() > MAX_DELETED {
        let text = format!("at most {MAX_DELETED}, not {}", ids.len());
        return Err(Failure::invalid("res_id", text));
    }
    let deleted = cx.client().delete_custom_faces(ids.clone()).await?;
    match ids.iter().find(|id| !deleted.contains(id)) {
        None => Ok(KeyResult::default()),
        Some(id) => {
            let text =
                format!("the sticker {id:?} was not deleted; there may be none with this `resId`");
            Err(Failure::new(Code::Upstream, text))
        }
    }
}

/// The newest stickers.
async fn newest(cx: &Context, count: i64) -> Result<Vec<CustomFace>> {
    let count = usize::try_from(count).unwrap_or(0);
    if count == 0 {
        return Ok(Vec::new());
    }
    let mut faces = cx.client().custom_faces().await?;
    faces.truncate(count);
    Ok(faces)
}

fn described(account: Uin, face: CustomFace, number: u32) -> CustomFaceDetail {
    CustomFaceDetail {
        uin: account.to_string(),
        emo_id: number,
        res_id: face.id,
        url: face.url,
        md5: face.md5,
        emo_path: "",
        thumb_path: "",
        emo_original_path: "",
        is_exist: true,
        is_apng: false,
        is_mark_face: false,
        e_id: "",
        ep_id: "",
        ocr_word: "",
        modify_word: "",
        desc: "",
        roaming_type: "",
        expose_num: 0,
        click_num: 0,
    }
}
