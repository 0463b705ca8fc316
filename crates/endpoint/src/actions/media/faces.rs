//! `set_custom_face_desc` (api/actions §3.10).

use nekonap_onebot::Code;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    actions::KeyResult,
    bot::Context,
    error::{Failure, Result, not_found_is},
};

/// Parameters of `set_custom_face_desc`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SetCustomFaceDesc {
    /// Position of the sticker, `emoId` of `fetch_custom_face_detail`; `res_id` is enough to find it.
    #[serde(rename = "emoji_id")]
    #[schemars(example = 1)]
    _emoji_id: u32,
    /// `resId` of the sticker.
    #[schemars(example = &"10001_0_0_0_0A1B2C3D4E5F60718293A4B5C6D7E8F9_0_0")]
    res_id: String,
    /// MD5 of the picture in hex.
    #[schemars(example = &"0A1B2C3D4E5F60718293A4B5C6D7E8F9")]
    md5: String,
    /// The description; empty removes it.
    #[schemars(example = &"hug")]
    desc: String,
}

pub(crate) async fn describe(cx: Context, params: SetCustomFaceDesc) -> Result<KeyResult> {
    for (name, text) in [("res_id", &params.res_id), ("md5", &params.md5)] {
        if text.is_empty() {
            return Err(Failure::invalid(name, "it is empty"));
        }
    }
    let md5 = params.md5.to_ascii_uppercase();
    let client = cx.client();
    client
        .describe_custom_face(params.res_id, md5, params.desc)
        .await
        .map_err(not_found_is(Code::Upstream))?;
    Ok(KeyResult::default())
}
