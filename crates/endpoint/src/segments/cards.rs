//! Cards made here: locations, links, people, groups (protocol/02 §3.15). Their JSON is unsigned; QQ's servers may
//! blank such a card, and clients then show its `prompt`.

use nekonap_ids::{GroupUin, Uin};
use nekonap_onebot::segments::{Location, Share};
use serde_json::{Value, json};

/// The card of a location. Latitude and longitude are strings with five decimals.
pub(super) fn location(place: &Location) -> Option<String> {
    let degrees = |text: &str, most: f64| {
        let number: f64 = text.trim().parse().ok()?;
        (number.is_finite() && number.abs() <= most).then(|| format!("{number:.5}"))
    };
    let address = place.content.as_deref().unwrap_or_default();
    let card = json!({
        "app": "com.tencent.map",
        "desc": "",
        "view": "LocationShare",
        "ver": "1.1.2.21",
        "prompt": format!("[位置]{address}"),
        "from": 1,
        "meta": { "Location.Search": {
            "id": "",
            "name": place.title.as_deref().unwrap_or_default(),
            "address": address,
            "lat": degrees(&place.lat, 90.0)?,
            "lng": degrees(&place.lon, 180.0)?,
            "from": "plusPanel",
            "enum_relation_type": 1,
        } },
        "config": config(),
    });
    Some(card.to_string())
}

/// The card of a link.
pub(super) fn share(link: &Share) -> String {
    json!({
        "app": "com.tencent.structmsg",
        "desc": "",
        "view": "news",
        "ver": "0.0.0.1",
        "prompt": format!("[分享]{}", link.title),
        "meta": { "news": {
            "title": link.title,
            "desc": link.content.as_deref().unwrap_or_default(),
            "jumpUrl": link.url,
            "preview": link.image.as_deref().unwrap_or_default(),
        } },
        "config": config(),
    })
    .to_string()
}

/// The card of a person. QQ's servers make a signed one (protocol/04 §11.1); this one has the same content, unsigned.
pub(super) fn person(uin: Uin, nickname: &str) -> String {
    json!({
        "app": "com.tencent.contact.lua",
        "view": "contact",
        "ver": "0.0.0.1",
        "desc": "",
        "prompt": format!("推荐联系人: {nickname}"),
        "meta": { "contact": {
            "avatar": format!("https://q.qlogo.cn/headimg_dl?dst_uin={uin}&spec=640&img_type=jpg"),
            "contact": uin.to_string(),
            "jumpUrl": format!(
                "mqqapi://card/show_pslcard?src_type=internal&source=sharecard&version=1&uin={uin}"
            ),
            "nickname": nickname,
            "tag": "推荐好友",
            "tagIcon": "",
        } },
        "config": config(),
    })
    .to_string()
}

/// The card of a group (protocol/04 §11.2), also unsigned.
pub(super) fn group(group: GroupUin, name: &str, description: &str) -> String {
    let avatar = format!("https://p.qlogo.cn/gh/{group}/{group}/100");
    json!({
        "app": "com.tencent.troopsharecard",
        "view": "contact",
        "ver": "1.0.0.30",
        "desc": "",
        "prompt": format!("推荐群聊: {name}"),
        "meta": { "contact": {
            "avatar": avatar,
            "contact": description,
            "jumpUrl": format!("http://qm.qq.com/cgi-bin/qm/qr?_wv=1027&noverify=0&group_code={group}"),
            "nickname": name,
            "tag": "推荐群聊",
            "tagIcon": avatar,
        } },
        "config": config(),
    })
    .to_string()
}

/// Display settings that all cards share.
fn config() -> Value {
    json!({ "autosize": 1, "forward": 1, "type": "normal" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(card: &str) -> Value {
        serde_json::from_str(card).expect("the card is JSON")
    }

    #[test]
    fn location_has_five_decimals_and_a_dotted_key() {
        let place = Location {
            lat: "31.2".to_owned(),
            lon: "121.5".to_owned(),
            title: Some("Here".to_owned()),
            content: None,
        };
        let card = parsed(&location(&place).expect("a card"));
        assert_eq!(card["meta"]["Location.Search"]["lat"], "31.20000");
        assert_eq!(card["meta"]["Location.Search"]["lng"], "121.50000");
        let nowhere = Location {
            lat: "north".to_owned(),
            ..place
        };
        assert_eq!(location(&nowhere), None);
    }

    #[test]
    fn share_card_opens_its_url() {
        let link = Share {
            url: "https://example.com".to_owned(),
            title: "T".to_owned(),
            content: None,
            image: None,
        };
        let card = share(&link);
        assert_eq!(
            parsed(&card)["meta"]["news"]["jumpUrl"],
            "https://example.com"
        );
        assert_eq!(parsed(&card)["prompt"], "[分享]T");
    }

    #[test]
    fn contact_cards_have_links_with_their_numbers() {
        let uin = Uin::new(10_002).expect("an account");
        let card = parsed(&person(uin, "Willow"));
        let link = card["meta"]["contact"]["jumpUrl"].as_str().expect("a link");
        assert!(link.ends_with("uin=10002"), "{link}");
        let garden = GroupUin::new(20_002).expect("a group");
        let card = parsed(&group(garden, "Garden", "plants"));
        let link = card["meta"]["contact"]["jumpUrl"].as_str().expect("a link");
        assert!(link.ends_with("group_code=20002"), "{link}");
        assert_eq!(card["meta"]["contact"]["nickname"], "Garden");
    }
}
