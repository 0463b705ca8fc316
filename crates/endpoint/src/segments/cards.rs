//! Cards that we make ourselves: places, links, music (`protocol/02` §3.15). Their JSON is unsigned; QQ's servers may blank
//! such a card, and then show its `prompt`.

use nekonap_onebot::segments::{Location, Music, Share};
use serde_json::{Value, json};

/// The card of a place. Latitude and longitude are texts with five decimals.
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

/// The unsigned card of a song, whose page must be known.
pub(super) fn music(song: &Music) -> Option<String> {
    let url = song.url.as_deref().filter(|url| !url.is_empty())?;
    let title = song.title.as_deref().unwrap_or_default();
    let card = json!({
        "app": "com.tencent.structmsg",
        "desc": "音乐",
        "view": "music",
        "ver": "0.0.0.1",
        "prompt": format!("[音乐]{title}"),
        "meta": { "music": {
            "action": "",
            "android_pkg_name": "",
            "app_type": 1,
            "appid": app_id(&song.r#type),
            "desc": song.content.as_deref().unwrap_or_default(),
            "jumpUrl": url,
            "musicUrl": song.audio.as_deref().unwrap_or_default(),
            "preview": song.image.as_deref().unwrap_or_default(),
            "sourceMsgId": "0",
            "source_icon": "",
            "source_url": "",
            "tag": "",
            "title": title,
        } },
        "config": config(),
    });
    Some(card.to_string())
}

/// The number of the platform's app at QQ; QQ music's for everything else.
fn app_id(platform: &str) -> u64 {
    match platform {
        "163" => 100_495_085,
        "kugou" => 205_141,
        "kuwo" => 100_243_533,
        "migu" => 1_101_053_067,
        _ => 100_497_308,
    }
}

/// How all of them are shown.
fn config() -> Value {
    json!({ "autosize": 1, "forward": 1, "type": "normal" })
}

/// What the signing service is asked (`protocol/02` §3.15).
pub(super) fn sign_request(song: &Music) -> Value {
    match (&song.id, song.r#type.as_str()) {
        (Some(id), platform) if platform != "custom" => json!({ "type": platform, "id": id }),
        _ => json!({
            "type": "custom",
            "url": song.url,
            "audio": song.audio,
            "title": song.title,
            "image": song.image,
            "singer": song.content,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(card: &str) -> Value {
        serde_json::from_str(card).expect("the card is JSON")
    }

    #[test]
    fn a_place_has_five_decimals_and_a_dotted_key() {
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
    fn a_link_leads_where_it_says() {
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
    fn a_song_by_id_is_asked_for_by_id() {
        let mut song = Music {
            r#type: "163".to_owned(),
            id: Some("28949444".to_owned()),
            url: None,
            audio: None,
            title: None,
            image: None,
            content: None,
        };
        assert_eq!(
            sign_request(&song),
            json!({"type": "163", "id": "28949444"})
        );
        assert_eq!(music(&song), None, "nothing is known of it");
        song.r#type = "custom".to_owned();
        song.url = Some("https://example.com".to_owned());
        song.content = Some("Somebody".to_owned());
        assert_eq!(sign_request(&song)["singer"], "Somebody");
        let card = parsed(&music(&song).expect("a card"));
        assert_eq!(card["meta"]["music"]["desc"], "Somebody");
    }
}
