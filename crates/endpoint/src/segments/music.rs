//! Music cards: a configured service makes and signs them (protocol/02 §3.15, api/transports §11).

use std::time::Duration;

use nekonap_onebot::{Code, segments::Music};
use serde_json::{Value, json};

use crate::{
    bot::Context,
    error::{Failure, Result},
};

/// Platforms whose songs the services can look up.
const PLATFORMS: [&str; 5] = ["qq", "163", "kugou", "kuwo", "migu"];
/// Type of a song that the segment describes completely.
const CUSTOM: &str = "custom";
/// Time limit for the service's answer.
const LOOKUP_TIMEOUT: Duration = Duration::from_secs(10);
/// What precedes the names of a `music` segment's fields in failures.
pub(super) const SEGMENT: &str = "message: music.";
/// Maximum size of a card in bytes. Real ones have a few kilobytes.
const MAX_CARD_BYTES: usize = 256 << 10;

/// The card of a song. `names`: what precedes the names of its fields in failures, such as `message: music.`.
///
/// # Errors
/// Missing fields of the song, no configured service, or an answer of the service that is not a card.
pub(crate) async fn card(cx: &Context, song: &Music, names: &str) -> Result<String> {
    let request = request(song, names)?;
    let Some(url) = cx.bot().config().music_sign_url.clone() else {
        let text = "`music` needs a service that makes and signs music cards: set music_sign_url";
        return Err(Failure::new(Code::NotSupported, text));
    };
    sign(&url, &request).await.map_err(|error| {
        let text = format!("the service that signs music cards: {error}");
        Failure::new(Code::Upstream, text)
    })
}

/// The request to the service.
fn request(song: &Music, names: &str) -> Result<Value> {
    let given = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    let platform = song.r#type.as_str();
    if platform != CUSTOM && !PLATFORMS.contains(&platform) {
        let known = PLATFORMS.join(", ");
        let text = format!("it is one of {known} and {CUSTOM}, not {platform:?}");
        return Err(Failure::invalid(&format!("{names}type"), text));
    }
    if platform != CUSTOM
        && let Some(id) = given(&song.id)
    {
        return Ok(json!({ "type": platform, "id": id }));
    }
    let required = |key: &str, text: &Option<String>| {
        given(text).ok_or_else(|| Failure::missing(&format!("{names}{key}")))
    };
    if platform != CUSTOM && given(&song.url).is_none() {
        return Err(Failure::missing(&format!("{names}id")));
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

/// Sends the request to the service. Its answer is the card.
async fn sign(url: &str, request: &Value) -> Result<String, String> {
    let plain = |error: reqwest::Error| error.without_url().to_string();
    // Fails if the process has already chosen a crypto provider, which then stays in use.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder()
        .timeout(LOOKUP_TIMEOUT)
        .build()
        .map_err(plain)?;
    let mut response = client.post(url).json(request).send().await.map_err(plain)?;
    let status = response.status();
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(plain)? {
        body.extend_from_slice(&piece);
        if body.len() > MAX_CARD_BYTES {
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

    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpListener,
        task::JoinHandle,
    };

    use crate::{Config, testing::Offline};

    /// A service that gives this answer to one request, and returns its URL and the request.
    async fn service(status: &'static str, answer: &'static str) -> (String, JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let sent = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut sent = Vec::new();
            // The body is a flat JSON object, so it ends with a brace.
            while !sent.ends_with(b"}") {
                assert_ne!(stream.read_buf(&mut sent).await.expect("read"), 0);
            }
            let length = answer.len();
            let head = format!(
                "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
            );
            let answer = [head.as_bytes(), answer.as_bytes()].concat();
            stream.write_all(&answer).await.expect("written");
            String::from_utf8(sent).expect("text")
        });
        (format!("http://{address}/sign"), sent)
    }

    async fn signed(url: String, song: &Music) -> Result<String> {
        let offline = Offline::with(Config {
            music_sign_url: Some(url),
            ..Config::default()
        })
        .await;
        card(&offline.context(), song, SEGMENT).await
    }

    #[tokio::test]
    async fn answer_of_the_service_is_the_card() {
        let song = Music {
            id: Some("5".to_owned()),
            ..song("qq")
        };
        let answer = r#"{"app":"com.tencent.music.lua"}"#;
        let (url, sent) = service("200 OK", answer).await;
        assert_eq!(signed(url, &song).await.expect("signed"), answer);
        let sent = sent.await.expect("joined");
        assert!(sent.starts_with("POST /sign "), "{sent}");
        assert!(sent.ends_with(r#"{"type":"qq","id":"5"}"#), "{sent}");
    }

    #[tokio::test]
    async fn card_is_returned_by_an_action_too() {
        let answer = r#"{"app":"com.tencent.structmsg"}"#;
        let (url, sent) = service("200 OK", answer).await;
        let offline = Offline::with(Config {
            music_sign_url: Some(url),
            ..Config::default()
        })
        .await;
        let song = json!({
            "title": "Song", "desc": "Somebody", "jumpUrl": "https://example.com/", "musicUrl": "https://example.com/a.mp3",
            "preview": "https://example.com/i.png", "source_icon": "", "tag": "", "sourceMsgId": "0",
        });
        let card = offline.data("get_music_ark", song).await;
        assert_eq!(card, answer);
        let sent = sent.await.expect("joined");
        let expected = json!({
            "type": "custom", "url": "https://example.com/", "image": "https://example.com/i.png",
            "audio": "https://example.com/a.mp3", "title": "Song", "singer": "Somebody",
        });
        assert!(sent.ends_with(&expected.to_string()), "{sent}");
    }

    #[tokio::test]
    async fn answer_that_is_no_card_fails_with_the_text_of_the_service() {
        let song = Music {
            id: Some("5".to_owned()),
            ..song("qq")
        };
        for (status, answer, named) in [
            ("500 Oops", "no such song", "no such song"),
            ("200 OK", "hello", "not a card"),
            ("200 OK", "[1]", "not a card"),
        ] {
            let (url, sent) = service(status, answer).await;
            let failure = signed(url, &song).await.expect_err("no card");
            assert_eq!(failure.code, Code::Upstream);
            assert!(failure.text.contains(named), "{failure:?}");
            sent.await.expect("joined");
        }
        let unreachable = signed("http://127.0.0.1:9/".to_owned(), &song).await;
        assert_eq!(unreachable.expect_err("unreachable").code, Code::Upstream);
    }

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
    fn request_for_song_by_id_has_the_id() {
        let song = Music {
            id: Some("28949444".to_owned()),
            ..song("163")
        };
        let sent = request(&song, SEGMENT).expect("a request");
        assert_eq!(sent, json!({"type": "163", "id": "28949444"}));
    }

    #[test]
    fn request_for_custom_song_describes_it() {
        let song = Music {
            url: Some("https://example.com".to_owned()),
            image: Some("https://example.com/i.png".to_owned()),
            content: Some("Somebody".to_owned()),
            ..song("custom")
        };
        let sent = request(&song, SEGMENT).expect("a request");
        assert_eq!(
            sent,
            json!({
                "type": "custom", "url": "https://example.com", "image": "https://example.com/i.png",
                "singer": "Somebody",
            })
        );
    }

    #[test]
    fn error_names_the_missing_field() {
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
            let failure = request(&song, SEGMENT).expect_err("incomplete");
            assert!(failure.text.contains(named), "{failure:?}");
        }
    }
}
