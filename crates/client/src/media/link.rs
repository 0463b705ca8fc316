//! Links to pictures, voices and videos. protocol/03 §2.8, §5.2

use std::time::{Duration, Instant};

use nekonap_ids::Conversation;
use nekonap_wire::{
    commands::media::{
        FileId, LinkGroupPicture, LinkGroupVideo, LinkGroupVoice, LinkPrivatePicture,
        LinkPrivateVideo, LinkPrivateVoice, MediaKind, MediaPlace, Scene,
    },
    message::Element,
    proto::media::RichMediaRequest,
};
use quick_cache::sync::Cache;

use crate::{client::Client, config::Address, error::CallError};

/// Number of links to voices and videos that are kept.
const KEPT: usize = 1_024;
/// A kept link is given out until less than this part of its life is left.
const RENEWED_BEFORE: u32 = 2;
/// Hosts that a configured address replaces. protocol/03 §11
const HOSTS: [&str; 6] = [
    "multimedia.nt.qq.com.cn",
    "gchat.qpic.cn",
    "multimedia.qfile.qq.com",
    "p.qpic.cn",
    "q1.qlogo.cn",
    "p.qlogo.cn",
];

/// Links to voices and videos by the file's handle, with the time until which they are given out.
pub(crate) struct KeptLinks(Cache<String, (Instant, String)>);

impl Default for KeptLinks {
    fn default() -> Self {
        Self(Cache::new(KEPT))
    }
}

impl Client {
    /// A link to the file of a picture, voice or video; `None` for other elements, and if the element names no file.
    /// `conversation`: where it was sent; it helps with handles that do not say so themselves. `renew`: the link that was
    /// given out before has been refused. protocol/03 §5.2
    ///
    /// # Errors
    /// The server refuses or does not reply.
    pub async fn media_url(
        &self,
        element: &Element,
        conversation: Option<Conversation>,
        renew: bool,
    ) -> Result<Option<String>, CallError> {
        let scene = match conversation {
            Some(Conversation::Group(_)) => Scene::Group,
            _ => Scene::Private,
        };
        let (kind, media) = match element {
            Element::Image(image) => {
                if image.url.is_empty() {
                    return Ok(None);
                }
                let url = self.picture_url(&image.url, scene, renew).await?;
                return Ok(Some(url));
            }
            Element::Voice(voice) => (MediaKind::Voice, &voice.media),
            Element::Video(video) => (MediaKind::Video, &video.media),
            _ => return Ok(None),
        };
        if media.file_uuid.is_empty() {
            return Ok(None);
        }
        let url = self
            .media_link(kind, &media.file_uuid, scene, renew)
            .await?;
        Ok(Some(url))
    }

    /// A link to a file by its handle. `scene` counts if the handle does not say where the file was uploaded.
    ///
    /// # Errors
    /// The server refuses (there is no such file) or does not reply.
    pub async fn media_link(
        &self,
        kind: MediaKind,
        file_uuid: &str,
        scene: Scene,
        renew: bool,
    ) -> Result<String, CallError> {
        let kept = self.inner.links.0.get(file_uuid);
        if let Some((until, url)) = kept
            && !renew
            && until > Instant::now()
        {
            return Ok(url);
        }
        let named = FileId::decode(file_uuid).and_then(|id| id.resource());
        let (kind, scene) = named.unwrap_or((kind, scene));
        let me = self.inner.myself()?;
        let own = MediaPlace::Private(me.uid);
        let place = match scene {
            Scene::Private => Some(&own),
            Scene::Group => None,
        };
        let request = RichMediaRequest::download(kind, place, &me.uid, file_uuid);
        let reply = match (kind, scene) {
            (MediaKind::Picture, Scene::Private) => self.ask::<LinkPrivatePicture>(request).await,
            (MediaKind::Picture, Scene::Group) => self.ask::<LinkGroupPicture>(request).await,
            (MediaKind::Video, Scene::Private) => self.ask::<LinkPrivateVideo>(request).await,
            (MediaKind::Video, Scene::Group) => self.ask::<LinkGroupVideo>(request).await,
            (MediaKind::Voice, Scene::Private) => self.ask::<LinkPrivateVoice>(request).await,
            (MediaKind::Voice, Scene::Group) => self.ask::<LinkGroupVoice>(request).await,
        };
        let download = reply?.outcome()?.download.unwrap_or_default();
        let url = download
            .url()
            .ok_or_else(|| CallError::Malformed("the server gave no link".to_owned()))?;
        let url = hosted(&url, self.inner.config.web.as_ref());
        let life = Duration::from_secs(download.rkey_ttl.unwrap_or(0).into());
        let until = Instant::now() + life / RENEWED_BEFORE;
        self.inner
            .links
            .0
            .insert(file_uuid.to_owned(), (until, url.clone()));
        Ok(url)
    }

    /// The link to a picture, with a valid key if it needs one.
    async fn picture_url(&self, url: &str, scene: Scene, renew: bool) -> Result<String, CallError> {
        let url = if url.contains("fileid=") {
            let bare = without_rkey(url);
            let scene = match parameter(&bare, "appid") {
                Some("1406") => Scene::Private,
                Some("1407") => Scene::Group,
                _ => scene,
            };
            let rkey = self.rkey(scene, renew).await?;
            format!("{bare}&rkey={rkey}")
        } else {
            url.to_owned()
        };
        Ok(hosted(&url, self.inner.config.web.as_ref()))
    }

    /// The same link at the configured address, if there is one and the host is one of QQ's media hosts.
    pub fn hosted(&self, url: &str) -> String {
        hosted(url, self.inner.config.web.as_ref())
    }
}

/// The value of a parameter in a URL's query.
fn parameter<'a>(url: &'a str, name: &str) -> Option<&'a str> {
    let (_, query) = url.split_once('?')?;
    query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

/// The URL without its key.
fn without_rkey(url: &str) -> String {
    let Some((path, query)) = url.split_once('?') else {
        return url.to_owned();
    };
    let pairs: Vec<&str> = query
        .split('&')
        .filter(|pair| !pair.starts_with("rkey=") && !pair.is_empty())
        .collect();
    format!("{path}?{}", pairs.join("&"))
}

fn hosted(url: &str, web: Option<&Address>) -> String {
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    if let (Some(address), Some(rest)) = (web, rest) {
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (host, path) = rest.split_at(end);
        if HOSTS.contains(&host) {
            return format!("http://{address}{path}");
        }
    }
    url.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_in_a_link_is_replaced() {
        let url = "https://multimedia.nt.qq.com.cn/download?appid=1407&fileid=a&rkey=old&spec=0";
        let bare = without_rkey(url);
        assert_eq!(
            bare,
            "https://multimedia.nt.qq.com.cn/download?appid=1407&fileid=a&spec=0"
        );
        assert_eq!(parameter(&bare, "appid"), Some("1407"));
        assert_eq!(parameter(&bare, "rkey"), None);
        assert_eq!(without_rkey("https://a/b"), "https://a/b");
    }

    #[test]
    fn configured_address_replaces_only_the_media_hosts() {
        let web = Address::new("127.0.0.1", 3002);
        for (url, expected) in [
            (
                "https://multimedia.nt.qq.com.cn/download?a=1",
                "http://127.0.0.1:3002/download?a=1",
            ),
            ("http://gchat.qpic.cn/x", "http://127.0.0.1:3002/x"),
            ("https://example.com/x", "https://example.com/x"),
            (
                "https://gchat.qpic.cn.example.com/x",
                "https://gchat.qpic.cn.example.com/x",
            ),
            ("", ""),
        ] {
            assert_eq!(hosted(url, Some(&web)), expected);
            assert_eq!(hosted(url, None), url);
        }
    }
}
