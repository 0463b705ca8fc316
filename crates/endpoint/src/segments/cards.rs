//! Cards made here: locations and links (protocol/02 §3.15). Their JSON is unsigned; QQ's servers may
//! blank such a card, and clients then show its `prompt`.

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
}
