//! `_get_model_show`, `_set_model_show`: the device model that others see (api/actions §3.12, protocol/04 §13.7). Desktop
//! clients have none to choose: there is one, and choosing has no effect.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{actions::Done, bot::Context, config::Profile, error::Result};

/// The one model.
const MODEL: &str = "Linux";

/// Parameters of `_get_model_show`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetModelShow {
    /// Ignored.
    #[serde(rename = "model")]
    _model: Option<String>,
}

/// Parameters of `_set_model_show`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SetModelShow {
    /// Ignored.
    #[serde(rename = "model")]
    _model: Option<String>,
    /// Ignored.
    #[serde(rename = "model_show")]
    _model_show: Option<String>,
}

/// A model that can be shown.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Variant {
    /// Text that others see.
    model_show: String,
    /// Whether it has to be paid for. Always false.
    need_pay: bool,
}

/// The models that can be shown, in the form of the response profile (api/actions §1.7).
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum Models {
    NapcatV4 { variants: Vec<Variant> },
    Napcat418(Vec<Model>),
}

/// A model, as the profile `napcat-4.18` has it.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Model {
    variants: Variant,
}

pub(crate) async fn get(cx: Context, _: GetModelShow) -> Result<Models> {
    let variant = Variant {
        model_show: MODEL.to_owned(),
        need_pay: false,
    };
    Ok(match cx.profile() {
        Profile::NapcatV4 => Models::NapcatV4 {
            variants: vec![variant],
        },
        Profile::Napcat418 => Models::Napcat418(vec![Model { variants: variant }]),
    })
}

pub(crate) async fn set(_: Context, _: SetModelShow) -> Result<Done> {
    Ok(Done)
}
