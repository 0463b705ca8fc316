//! Cards that recommend a person or a group. protocol/04 §11.1, §11.2

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use nekonap_ids::{GroupUin, Uin};
use nekonap_wire::{
    commands::cards::person_link,
    field::Required,
    proto::cards::{GroupCardReply, GroupCardRequest, PersonCardReply, PersonCardRequest},
};
use serde_json::json;

use crate::{refusal::Refusal, router::Caller, world::World};

/// Maximum length of the text that a client adds to the link of a group, in bytes.
const MAX_PARAMETER: usize = 1_024;

/// Anybody may be recommended.
pub(super) fn person(
    world: &mut World,
    _: &Caller,
    request: PersonCardRequest,
) -> Result<PersonCardReply, Refusal> {
    let uin: Uin = request.uin.required("uin")?;
    let person = world.person(uin)?;
    let card = json!({
        "app": "com.tencent.contact.lua",
        "desc": "",
        "view": "contact",
        "ver": "0.0.0.1",
        "prompt": format!("推荐联系人: {}", person.nickname),
        "meta": { "contact": {
            "avatar": format!("https://q1.qlogo.cn/g?b=qq&nk={uin}&s=640"),
            "contact": uin.to_string(),
            "jumpUrl": person_link(uin),
            "nickname": person.nickname,
            "tag": "推荐好友",
            "tagIcon": "",
        } },
        "config": {
            "autosize": 0,
            "collect": 0,
            "ctime": world.now(),
            "forward": 1,
            "height": 225,
            "reply": 0,
            "round": 1,
            "token": token(),
            "type": "normal",
            "width": 526,
        },
    });
    Ok(PersonCardReply {
        json: Some(card.to_string()),
    })
}

/// Only members recommend a group.
pub(super) fn group(
    world: &mut World,
    caller: &Caller,
    request: GroupCardRequest,
) -> Result<GroupCardReply, Refusal> {
    let group: GroupUin = request.group.required("group")?;
    world.acting_member(group, caller.uin)?;
    let parameter = request.url_parameter.unwrap_or_default();
    if parameter.len() > MAX_PARAMETER {
        let text = format!("the link's parameter has at most {MAX_PARAMETER} bytes");
        return Err(Refusal::bad_request(text));
    }
    let parameter = String::from_utf8_lossy(&parameter);
    let name = &world.group(group)?.name;
    let (key, avatar) = (
        token(),
        format!("https://p.qlogo.cn/gh/{group}/{group}/100"),
    );
    let link = format!(
        "http://qm.qq.com/cgi-bin/qm/qr?_wv=1027&k={key}&authKey={key}&noverify=0&group_code={group}"
    );
    let card = json!({
        "app": "com.tencent.troopsharecard",
        "desc": "",
        "view": "contact",
        "ver": "1.0.0.30",
        "prompt": format!("推荐群聊: {name}"),
        "meta": { "contact": {
            "avatar": avatar,
            "contact": "",
            "jumpUrl": link,
            "nickname": name,
            "tag": "推荐群聊",
            "tagIcon": avatar,
        } },
        "config": { "ctime": world.now(), "token": token() },
    });
    Ok(GroupCardReply {
        code: Some(0),
        url: Some(invitation(group, caller.uin, &key, &parameter)),
        json: Some(card.to_string()),
    })
}

/// A link that invites into a group. api/newer §2.1
fn invitation(group: GroupUin, from: Uin, key: &str, parameter: &str) -> String {
    let business = json!({
        "groupCode": group.to_string(),
        "token": token(),
        "uin": from.to_string(),
    });
    let mut query = form_urlencoded::Serializer::new(String::new());
    query
        .append_pair("ac", "1")
        .append_pair("authKey", key)
        .append_pair("busi_data", &URL_SAFE_NO_PAD.encode(business.to_string()))
        .append_pair("data", parameter)
        .append_pair("svctype", "4")
        .append_pair("tempid", "h5_group_info");
    format!(
        "https://qun.qq.com/universal-share/share?{}",
        query.finish()
    )
}

/// 32 random hex digits.
fn token() -> String {
    hex::encode(rand::random::<[u8; 16]>())
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::testing::{group, uin};

    #[test]
    fn invitation_names_the_group_and_who_invites() {
        let link = invitation(group(20001), uin(10002), "key", "a=1&b");
        let (page, query) = link.split_once('?').expect("a query");
        assert_eq!(page, "https://qun.qq.com/universal-share/share");
        let query: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
        let value = |name: &str| {
            let found = query.iter().find(|(key, _)| key == name);
            found.map(|(_, value)| value.to_string()).expect(name)
        };
        assert_eq!(
            (&value("authKey")[..], &value("data")[..]),
            ("key", "a=1&b")
        );
        let business = URL_SAFE_NO_PAD.decode(value("busi_data")).expect("base64");
        let business: Value = serde_json::from_slice(&business).expect("JSON");
        assert_eq!(
            (&business["groupCode"], &business["uin"]),
            (&json!("20001"), &json!("10002"))
        );
    }
}
