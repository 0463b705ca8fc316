//! Music cards: a configured service makes and signs them (`protocol/02` §3.15, `api/transports.md` §11).

use std::time::Duration;

use nekonap_onebot::{Code, segments::Music};
use serde_json::{Value, json};

use crate::{
    bot::Context,
    error::{Failure, Result},
};

/// The platforms whose songs the services know.
const PLATFORMS: [&str; 5] = ["qq", "163", "kugou", "kuwo", "migu"];
/// The type of a song that is described and not looked up.
const CUSTOM: &str = "custom";
/// How long the service may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// The longest card: they are some kilobytes.
const LONGEST: usize = 256 << 10;

/// The card of a song.
///
/// # Errors
/// What is missing of the song; no service is configured; the service does not answer with a card.
pub(super) async fn card(cx: &Context, song: &Music) -> Result<String> {
    let request = request(song)?;
    let Some(url) = cx.bot().config().music_sign_url.as_deref() else {
        let text = "`music` needs a service that makes and signs music cards: set music_sign_url";
        return Err(Failure::new(Code::NotSupported, text));
    };
    sign(url, &request).await.map_err(|error| {
        let text = format!("the service that signs music cards: {error}");
        Failure::new(Code::Upstream, text)
    })
}

/// What the service is asked.
fn request(song: &Music) -> Result<Value> {
    let given = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    let platform = song.r#type.as_str();
    if platform != CUSTOM && !PLATFORMS.contains(&platform) {
        let known = PLATFORMS.join(", ");
        let text = format!("`music.type` is one of {known} and {CUSTOM}, not {platform:?}");
        return Err(Failure::invalid("message", text));
    }
    if platform != CUSTOM
        && let Some(id) = given(&song.id)
    {
        return Ok(json!({ "type": platform, "id": id }));
    }
    let required = |key: &str, text: &Option<String>| {
        given(text).ok_or_else(|| Failure::missing(&format!("message: music.{key}")))
    };
    if platform != CUSTOM && given(&song.url).is_none() {
        return Err(Failure::missing("message: music.id"));
    }
    let mut request = json!({
        "type": platform,
        "url": required("url", &song.url)?,
        "image": required("image", &song.image)?,
    });
    for (key, value) in [
        ("audio", &song.audio),
        ("title", &song.title),
        ("singer", &song.content),
    ] {
        if let Some(value) = given(value) {
            request[key] = Value::String(value);
        }
    }
    Ok(request)
}

/// Asks the service. What it answers is the card.
async fn sign(url: &str, request: &Value) -> Result<String, String> {
    let plain = |error: reqwest::Error| error.without_url().to_string();
    let client = reqwest::Client::builder()
        .timeout(PATIENCE)
        .build()
        .map_err(plain)?;
    let mut response = client.post(url).json(request).send().await.map_err(plain)?;
    let status = response.status();
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(plain)? {
        body.extend_from_slice(&piece);
        if body.len() > LONGEST {
            return Err("its answer is too long to be a card".to_owned());
        }
    }
    let text = String::from_utf8_lossy(&body).into_owned();
    if !status.is_success() {
        let text: String = text.chars().take(200).collect();
        return Err(format!("{status} {text}"));
    }
    match serde_json::from_str(&text) {
        Ok(Value::Object(_)) => Ok(text),
        _ => Err("its answer is not a card".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn song(platform: &str) -> Music {
        Music {
            r#type: platform.to_owned(),
            id: None,
            url: None,
            audio: None,
            title: None,
            image: None,
            content: None,
        }
    }

    #[test]
    fn a_song_by_id_is_asked_for_by_id() {
        let song = Music {
            id: Some("28949444".to_owned()),
            ..song("163")
        };
        let asked = request(&song).expect("a request");
        assert_eq!(asked, json!({"type": "163", "id": "28949444"}));
    }

    #[test]
    fn a_song_of_ones_own_is_described() {
        let song = Music {
            url: Some("https://example.com".to_owned()),
            image: Some("https://example.com/i.png".to_owned()),
            content: Some("Somebody".to_owned()),
            ..song("custom")
        };
        let asked = request(&song).expect("a request");
        assert_eq!(
            asked,
            json!({
                "type": "custom", "url": "https://example.com", "image": "https://example.com/i.png",
                "singer": "Somebody",
            })
        );
    }

    #[test]
    fn what_is_missing_is_named() {
        for (song, named) in [
            (song("163"), "music.id"),
            (song("custom"), "music.url"),
            (song("xm"), "music.type"),
            (
                Music {
                    url: Some("https://example.com".to_owned()),
                    ..song("custom")
                },
                "music.image",
            ),
        ] {
            let failure = request(&song).expect_err("incomplete");
            assert!(failure.text.contains(named), "{failure:?}");
        }
    }
}
