//! Files that were reported to frameworks: by their ids, names, hashes and links (api/actions §1.6).

use std::time::Duration;

use nekonap_client::{
    Element, FileId, MediaKind, Scene,
    message::{File, Media},
};
use nekonap_ids::GroupUin;
use nekonap_onebot::Code;

use super::{
    FileRef,
    fetch::{Options, shown},
    local::Local,
    names,
};
use crate::{
    bot::Context,
    error::{Failure, Result, no_such_file},
};

/// Where QQ keeps pictures, voices and videos (protocol/03 §5.2).
const PUBLIC_HOST: &str = "https://multimedia.nt.qq.com.cn/";

/// Keys of links are renewed at most once in this time.
const RENEWAL: Duration = Duration::from_millis(1_100);

/// A file that was found.
#[derive(Debug)]
pub(crate) struct Found {
    /// The file on this machine; `None` if it was not wanted.
    pub(crate) local: Option<Local>,
    /// A link to it; empty if it has none.
    pub(crate) url: String,
    /// Its name.
    pub(crate) name: String,
    /// Its size in bytes, as it was reported; 0 if that is not known.
    pub(crate) size: u64,
}

/// Where the file of something reported can be fetched.
struct Origin {
    name: String,
    size: u64,
    /// SHA-1, if it was reported.
    sha1: Option<[u8; 20]>,
    /// What identifies the file in the cache.
    id: String,
    way: Way,
}

/// How to get a link.
enum Way {
    Media(Box<Element>),
    GroupFile {
        group: GroupUin,
        business: u32,
        id: String,
    },
    PrivateFile(nekonap_client::PrivateFileHandle),
    /// A handle that says everything itself.
    Handle {
        kind: MediaKind,
        scene: Scene,
        handle: String,
    },
    Link(String),
}

impl Context {
    /// The file that a text names: something that was reported, or any other source. `download`: whether it is fetched to this
    /// machine. Fetched files are kept in the cache.
    ///
    /// # Errors
    /// As [`file`](Self::file); `FILE_NOT_FOUND` if the server no longer has it.
    pub(crate) async fn reported(
        &self,
        field: &str,
        source: &str,
        download: bool,
    ) -> Result<Found> {
        let source = source.trim();
        let Some(origin) = self.origin(source).await? else {
            return self.any_source(field, source).await;
        };
        let url = self.link(&origin.way, &origin.name, false).await?;
        if url.is_empty() {
            let text = format!("`{field}`: the server has no link to {}", shown(source));
            return Err(Failure::new(Code::FileNotFound, text));
        }
        let local = if download {
            Some(self.cached_or_fetched(field, &origin, &url).await?)
        } else {
            None
        };
        let size = local.as_ref().map_or(origin.size, Local::size);
        Ok(Found {
            local,
            url,
            name: origin.name,
            size,
        })
    }

    async fn any_source(&self, field: &str, source: &str) -> Result<Found> {
        let local = self.file(field, source, &Options::default()).await?;
        let local = self.keep(local, None, None).await?;
        let is_link = source
            .get(..4)
            .is_some_and(|start| start.eq_ignore_ascii_case("http"));
        Ok(Found {
            url: if is_link {
                source.to_owned()
            } else {
                String::new()
            },
            name: local.name().to_owned(),
            size: local.size(),
            local: Some(local),
        })
    }

    /// What is known of a reported file; `None` for other sources.
    async fn origin(&self, source: &str) -> Result<Option<Origin>> {
        let known = self.bot().media().find(source);
        let origin = match (known, FileRef::parse(source)) {
            (_, Some(reference)) => self.file_origin(reference, None).await?,
            (Some(element), None) => match &element {
                Element::Image(image) => media_origin(&image.media, &element),
                Element::Voice(voice) => media_origin(&voice.media, &element),
                Element::Video(video) => media_origin(&video.media, &element),
                Element::File(file) => match self.bot().media().file_ref(&file.id) {
                    Some(reference) => self.file_origin(reference, Some(file)).await?,
                    None => return Ok(None),
                },
                _ => return Ok(None),
            },
            (None, None) => {
                let by_handle = || handle_origin(self.handle(source)?);
                // A picture of an earlier time, by its hash (protocol/03 §5.2).
                let by_hash = || {
                    let link = picture_link(source)?;
                    Some(Origin {
                        name: source.to_owned(),
                        size: 0,
                        sha1: None,
                        id: source.to_owned(),
                        way: Way::Link(self.client().hosted(&link)),
                    })
                };
                match by_handle().or_else(by_hash) {
                    Some(origin) => origin,
                    None => return Ok(None),
                }
            }
        };
        Ok(Some(origin))
    }

    /// The handle in a link of the server, or the text itself.
    fn handle<'a>(&self, source: &'a str) -> Option<&'a str> {
        let Some((_, rest)) = source.split_once("fileid=") else {
            return Some(source);
        };
        let of_server = source.starts_with(PUBLIC_HOST)
            || source.starts_with(&self.client().hosted(PUBLIC_HOST));
        rest.split('&').next().filter(|_| of_server)
    }

    /// A group file or private file. `file`: what a message says about it.
    async fn file_origin(&self, reference: FileRef, file: Option<&File>) -> Result<Origin> {
        let key = reference.to_string();
        match reference {
            FileRef::Group {
                group,
                business,
                id,
            } => {
                let found = self
                    .client()
                    .group_file(group, &id)
                    .await
                    .map_err(no_such_file)?;
                Ok(Origin {
                    name: found.name,
                    size: found.size,
                    sha1: sha1(&found.sha1),
                    id: key,
                    way: Way::GroupFile {
                        group,
                        business,
                        id,
                    },
                })
            }
            FileRef::Private(handle) => {
                let known = match self.bot().media().find(&handle.uuid) {
                    Some(Element::File(known)) => Some(known),
                    _ => file.cloned(),
                };
                let known = known.unwrap_or_default();
                Ok(Origin {
                    name: known.name,
                    size: known.size,
                    sha1: None,
                    id: key,
                    way: Way::PrivateFile(handle),
                })
            }
        }
    }

    /// A link to the file. `renew`: the last one was refused.
    async fn link(&self, way: &Way, name: &str, renew: bool) -> Result<String> {
        let client = self.client();
        match way {
            Way::Media(element) => {
                let url = client.media_url(element, None, renew).await;
                Ok(url.map_err(no_such_file)?.unwrap_or_default())
            }
            Way::GroupFile {
                group,
                business,
                id,
            } => client
                .group_file_url(*group, *business, (id, name))
                .await
                .map_err(no_such_file),
            Way::PrivateFile(handle) => client
                .private_file_url(handle, name)
                .await
                .map_err(no_such_file),
            Way::Handle {
                kind,
                scene,
                handle,
            } => client
                .media_link(*kind, handle, *scene, renew)
                .await
                .map_err(no_such_file),
            Way::Link(link) => Ok(link.clone()),
        }
    }

    /// The file from the cache, or from its link.
    async fn cached_or_fetched(&self, field: &str, origin: &Origin, url: &str) -> Result<Local> {
        let bot = self.bot().clone();
        let name = names::on_disk(&origin.name);
        let (sha1, id, named) = (origin.sha1, origin.id.clone(), name.clone());
        let looking = tokio::task::spawn_blocking(move || {
            let files = bot.files();
            match sha1 {
                Some(sha1) if !named.is_empty() => files.cache.find(&files.folder, sha1, &named),
                _ => files.cache.find_id(&files.folder, &id),
            }
        });
        if let Ok(Some(cached)) = looking.await {
            return Ok(Local::cached(field, cached));
        }
        let mut fetched = self.fetch_from_server(field, url).await;
        if fetched.as_ref().is_err_and(is_refused) {
            // The link has lapsed.
            let mut renewed = self.link(&origin.way, &origin.name, true).await?;
            if renewed == url {
                tokio::time::sleep(RENEWAL).await;
                renewed = self.link(&origin.way, &origin.name, true).await?;
            }
            fetched = self.fetch_from_server(field, &renewed).await;
        }
        let fetched = fetched.map_err(gone)?;
        let name = if name.is_empty() {
            fetched.name().to_owned()
        } else {
            name
        };
        self.keep(fetched, Some(&name), Some(&origin.id)).await
    }

    /// Downloads a link of the server. Addresses that the server names may be private only if the server itself is: a link can come
    /// from a message, and so from anybody.
    async fn fetch_from_server(&self, field: &str, url: &str) -> Result<Local> {
        let own = self.client().hosted(PUBLIC_HOST);
        let trusted = own != PUBLIC_HOST && url.starts_with(&own);
        let limit = self.bot().config().media.max_size;
        self.fetch(field, url, (trusted, limit), &Options::default())
            .await
    }
}

/// The server answers 403 for a link whose key has lapsed.
fn is_refused(failure: &Failure) -> bool {
    failure.code == Code::LoadFile && failure.text.contains("answered 403")
}

/// The server answers 404 for a file that it no longer has.
fn gone(failure: Failure) -> Failure {
    if failure.text.contains("answered 404") {
        return Failure::new(Code::FileNotFound, failure.text);
    }
    failure
}

fn media_origin(media: &Media, element: &Element) -> Origin {
    let name = if media.name.is_empty() {
        media.md5.clone()
    } else {
        media.name.clone()
    };
    Origin {
        name,
        size: media.size,
        sha1: sha1(&media.sha1),
        id: if media.file_uuid.is_empty() {
            media.md5.clone()
        } else {
            media.file_uuid.clone()
        },
        way: Way::Media(Box::new(element.clone())),
    }
}

fn sha1(hex: &str) -> Option<[u8; 20]> {
    hex::decode(hex).ok()?.try_into().ok()
}

fn handle_origin(handle: &str) -> Option<Origin> {
    let id = FileId::decode(handle)?;
    let (kind, scene) = id.resource()?;
    let extension = match kind {
        MediaKind::Picture => "",
        MediaKind::Voice => ".amr",
        MediaKind::Video => ".mp4",
    };
    Some(Origin {
        name: format!("{}{extension}", hex::encode(id.sha1)),
        size: id.size,
        sha1: Some(id.sha1),
        id: handle.to_owned(),
        way: Way::Handle {
            kind,
            scene,
            handle: handle.to_owned(),
        },
    })
}

/// The link to a picture by the hash in its name; `None` for other names.
fn picture_link(name: &str) -> Option<String> {
    let (stem, extension) = name.split_once('.')?;
    let is_hash = stem.len() == 32 && stem.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_picture = ["jpg", "jpeg", "png", "gif", "webp", "bmp", "image"]
        .iter()
        .any(|known| extension.eq_ignore_ascii_case(known));
    (is_hash && is_picture).then(|| {
        let hash = stem.to_ascii_uppercase();
        format!("https://gchat.qpic.cn/gchatpic_new/0/0-0-{hash}/0")
    })
}
