//! `set_self_longnick`, `set_qq_profile` (api/actions §3.12).

use nekonap_client::{ProfileChange, Sex};
use nekonap_onebot::Code;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    actions::KeyResult,
    bot::Context,
    error::{Failure, Result},
};

/// Parameters of `set_self_longnick`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SetSelfLongnick {
    /// New signature; an empty one removes it.
    #[serde(rename = "longNick")]
    #[schemars(example = &"on the wind")]
    signature: String,
}

/// Parameters of `set_qq_profile`. What is not given stays as it is; at least one is required.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SetQqProfile {
    /// New nickname, up to 36 characters.
    #[schemars(example = &"Neko")]
    nickname: Option<String>,
    /// New signature; an empty one removes it.
    personal_note: Option<String>,
    /// 0 unknown, 1 male, 2 female.
    sex: Option<u32>,
    /// New birthday, `YYYY-MM-DD`; an empty one removes it.
    birthday: Option<String>,
    /// Not supported: ignored beside other values.
    company: Option<String>,
    /// Not supported: ignored beside other values.
    email: Option<String>,
    /// Not supported: ignored beside other values.
    college: Option<String>,
}

pub(crate) async fn signature(cx: Context, params: SetSelfLongnick) -> Result<KeyResult> {
    set(
        &cx,
        ProfileChange {
            signature: Some(params.signature),
            ..ProfileChange::default()
        },
    )
    .await
}

pub(crate) async fn profile(cx: Context, params: SetQqProfile) -> Result<KeyResult> {
    let change = ProfileChange {
        nickname: params.nickname,
        signature: params.personal_note,
        sex: params.sex.map(sex).transpose()?,
        birthday: params.birthday.as_deref().map(birthday).transpose()?,
    };
    if change == ProfileChange::default() {
        let others = [params.company, params.email, params.college];
        let given = others.iter().flatten().any(|value| !value.is_empty());
        return Err(if given {
            let text =
                "no request that changes the company, the e-mail address or the college is known";
            Failure::new(Code::NotSupported, text)
        } else {
            Failure::missing("nickname")
        });
    }
    set(&cx, change).await
}

async fn set(cx: &Context, change: ProfileChange) -> Result<KeyResult> {
    cx.client().set_profile(change).await?;
    Ok(KeyResult::default())
}

fn sex(number: u32) -> Result<Sex> {
    match number {
        0 => Ok(Sex::Unknown),
        1 => Ok(Sex::Male),
        2 => Ok(Sex::Female),
        other => Err(Failure::invalid(
            "sex",
            format_args!("must be 0, 1 or 2, not {other}"),
        )),
    }
}

/// Year, month and day; zeros for an empty text.
fn birthday(text: &str) -> Result<(u16, u8, u8)> {
    if text.is_empty() {
        return Ok((0, 0, 0));
    }
    let mut parts = text.splitn(3, '-');
    let mut part = || parts.next().and_then(|part| part.parse::<u16>().ok());
    if let (Some(year), Some(month), Some(day)) = (part(), part(), part())
        && let (Ok(month @ 1..=12), Ok(day @ 1..=31)) = (u8::try_from(month), u8::try_from(day))
    {
        return Ok((year, month, day));
    }
    let text = format!("must be YYYY-MM-DD or empty, not {text:?}");
    Err(Failure::invalid("birthday", text))
}
