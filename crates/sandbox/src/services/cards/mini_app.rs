//! Mini-app cards. protocol/04 §11.3

use nekonap_wire::proto::cards::{MiniAppCard, MiniAppReply, MiniAppRequest};
use serde_json::json;

use crate::{refusal::Refusal, router::Caller, world::World};

/// View of the cards of all mini-apps.
const VIEW: &str = "view_8C8E89B49BE609866298ADDFF2DBABA4";

pub(crate) fn make(
    world: &mut World,
    caller: &Caller,
    request: MiniAppRequest,
) -> Result<MiniAppReply, Refusal> {
    let share = request.share.unwrap_or_default();
    let appid = share.appid.unwrap_or_default();
    if appid.is_empty() {
        return Err(Refusal::bad_request("`appid` is missing"));
    }
    let title = share.title.unwrap_or_default();
    let author = world.person(caller.uin)?;
    let card = json!({
        "appName": "com.tencent.miniapp_01",
        "appView": VIEW,
        "ver": "1.0.0.19",
        "desc": "",
        "prompt": format!("[QQ小程序]{title}"),
        "metaData": {"detail_1": {
            "appid": appid,
            "appType": 0,
            "title": title,
            "desc": share.desc.unwrap_or_default(),
            "icon": share.icon_url.unwrap_or_default(),
            "preview": share.pic_url.unwrap_or_default(),
            "url": share.jump_url.unwrap_or_default(),
            "scene": share.scene.unwrap_or(0),
            "host": {"uin": caller.uin, "nick": author.nickname},
            "shareTemplateId": VIEW.trim_start_matches("view_"),
            "shareTemplateData": {},
            "showLittleTail": "",
            "gamePoints": "",
            "gamePointsUrl": "",
            "shareOrigin": 0,
        }},
        "config": {
            "type": "normal",
            "width": 0,
            "height": 0,
            "forward": 1,
            "autoSize": 0,
            "ctime": world.now(),
            "token": hex::encode(rand::random::<[u8; 16]>()),
        },
    });
    Ok(MiniAppReply {
        status: Some(0),
        text: Some(String::new()),
        card: Some(MiniAppCard {
            json: Some(card.to_string()),
        }),
    })
}
