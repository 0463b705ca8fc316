//! `get_mini_app_ark` (api/actions §3.13).

use nekonap_client::MiniApp;
use nekonap_onebot::Code;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    bot::Context,
    error::{Failure, Result},
};

/// `sdkId` that clients use.
const SDK: &str = "V1_PC_MINISDK_99.99.99_1_APP_A";

/// Parameters of `get_mini_app_ark`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GetMiniAppArk {
    /// A known mini-app. Without it, `iconUrl` and the parameters after it are required.
    #[schemars(example = &"bili")]
    r#type: Option<KnownApp>,
    /// Title line of the card.
    #[schemars(example = &"Title")]
    title: String,
    /// Description.
    #[schemars(example = &"Description")]
    desc: String,
    /// URL of the picture.
    #[schemars(example = &"https://example.com/picture.png")]
    pic_url: String,
    /// URL that the card opens.
    #[schemars(example = &"https://example.com")]
    jump_url: String,
    /// URL for clients without mini-apps.
    web_url: Option<String>,
    /// URL of the mini-app's icon.
    icon_url: Option<String>,
    /// Id of the mini-app.
    app_id: Option<String>,
    /// The place that the card is shared from.
    scene: Option<u32>,
    /// Template of the card.
    template_type: Option<u32>,
    /// Kind of business.
    business_type: Option<u32>,
    /// Kind of version.
    ver_type: Option<u32>,
    /// Kind of sharing.
    share_type: Option<u32>,
    /// Version of the mini-app.
    version_id: Option<String>,
    /// Version of the SDK.
    sdk_id: Option<String>,
    /// 1 asks for a share ticket.
    with_share_ticket: Option<u32>,
    /// True returns the card as the server made it, false the content of a `json` segment.
    #[serde(default)]
    raw_ark_data: bool,
}

/// A mini-app whose data Nekonap knows.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum KnownApp {
    /// Bilibili.
    Bili,
    /// Weibo.
    Weibo,
}

/// The card.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct MiniAppArk {
    /// The card as an object.
    data: Value,
}

pub(crate) async fn get(cx: Context, params: GetMiniAppArk) -> Result<MiniAppArk> {
    let raw = params.raw_ark_data;
    let json = cx.client().mini_app_card(app(params)?).await?;
    let card: Value = serde_json::from_str(&json).map_err(|error| {
        let text = format!("the server's card is not JSON: {error}");
        Failure::new(Code::Upstream, text)
    })?;
    Ok(MiniAppArk {
        data: if raw { card } else { segment(&card) },
    })
}

fn app(params: GetMiniAppArk) -> Result<MiniApp> {
    let shown = MiniApp {
        title: params.title,
        description: params.desc,
        picture: params.pic_url,
        jump: params.jump_url,
        web: params.web_url.unwrap_or_default(),
        sdk: params.sdk_id.clone().unwrap_or_else(|| SDK.to_owned()),
        ..MiniApp::default()
    };
    let known = |app: &str, version: &str, icon: &str| MiniApp {
        app: app.to_owned(),
        version: version.to_owned(),
        icon: format!("https://miniapp.gtimg.cn/public/appicon/{icon}_200.jpg"),
        scene: 1,
        template_type: 1,
        version_type: 3,
        ..shown.clone()
    };
    let missing = |name| move || Failure::missing(name);
    Ok(match params.r#type {
        Some(KnownApp::Bili) => known(
            "1109937557",
            "cfc5f7b05b44b5956502edaecf9d2240",
            "51f90239b78a2e4994c11215f4c4ba15",
        ),
        Some(KnownApp::Weibo) => known(
            "1109224783",
            "e482a3cc4e574d9b772e96ba6eec9ba2",
            "35bbb44dc68e65194cfacfb206b8f1f7",
        ),
        None => MiniApp {
            icon: params.icon_url.ok_or_else(missing("iconUrl"))?,
            app: params.app_id.ok_or_else(missing("appId"))?,
            scene: params.scene.ok_or_else(missing("scene"))?,
            template_type: params.template_type.ok_or_else(missing("templateType"))?,
            business_type: params.business_type.ok_or_else(missing("businessType"))?,
            version_type: params.ver_type.ok_or_else(missing("verType"))?,
            share_type: params.share_type.ok_or_else(missing("shareType"))?,
            version: params.version_id.ok_or_else(missing("versionId"))?,
            with_ticket: params
                .with_share_ticket
                .ok_or_else(missing("withShareTicket"))?,
            ..shown
        },
    })
}

/// The content of a `json` segment. protocol/04 §11.3
fn segment(card: &Value) -> Value {
    json!({
        "ver": card["ver"],
        "prompt": card["prompt"],
        "config": card["config"],
        "app": card["appName"],
        "view": card["appView"],
        "meta": card["metaData"],
        "miniappShareOrigin": 3,
        "miniappOpenRefer": "10002",
    })
}
