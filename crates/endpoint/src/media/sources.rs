//! From the text that names a file to a file on this machine (api/events-and-segments §8.2, api/actions §1.6).

use std::{
    fs, io,
    path::{Component, Path, PathBuf},
};

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use nekonap_onebot::Code;
use percent_encoding::{percent_decode, percent_decode_str};

pub(crate) use super::fetch::Options;
use super::{
    fetch::{Request, Sink, shown},
    local::{Held, Local, load_failed, reason, too_large},
    names,
};
use crate::{
    bot::Context,
    error::{Failure, Result},
};

/// Longer texts are not taken for paths. The longest path of Linux.
const MAX_PATH: usize = 4_096;

/// Longest head of a `data:` URL, before the comma.
const MAX_DATA_HEAD: usize = 1_024;

/// Base64 characters that are decoded at a time: a multiple of 4.
const PIECE: usize = 256 << 10;

/// Takes any number of padding characters, which were removed before, and stray bits at the end.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true),
);

/// The forms of a source.
#[derive(Debug, PartialEq, Eq)]
enum Form<'a> {
    Url(&'a str),
    Base64(&'a str),
    /// What follows `data:`.
    Data(&'a str),
    /// What follows `file:`.
    FileUrl(&'a str),
    Path(&'a str),
}

impl<'a> Form<'a> {
    fn of(source: &'a str) -> Self {
        let after = |scheme: &str| {
            let start = source.get(..scheme.len())?;
            start
                .eq_ignore_ascii_case(scheme)
                .then(|| &source[scheme.len()..])
        };
        if after("http://").or_else(|| after("https://")).is_some() {
            Self::Url(source)
        } else if let Some(data) = after("base64://") {
            Self::Base64(data)
        } else if let Some(data) = after("data:") {
            Self::Data(data)
        } else if let Some(rest) = after("file:") {
            Self::FileUrl(rest)
        } else {
            Self::Path(source)
        }
    }
}

impl Context {
    /// The file that a source names, on this machine: a path, a `file:`, `http:`, `https:` or `data:` URL, base64, or the result of an
    /// upload by stream. Downloads and decoded data are temporary files. `field`: the parameter that has the source, for messages.
    ///
    /// # Errors
    /// `FILE_NOT_FOUND` for a path without a file, `PERMISSION_DENIED` for a path or an address that the caller may not use,
    /// `FILE_TOO_LARGE`, `LOAD_FILE_ERROR` for what cannot be read, fetched or decoded, or is empty. All name the field.
    pub(crate) async fn file(&self, field: &str, source: &str, options: &Options) -> Result<Local> {
        let source = source.trim();
        match Form::of(source) {
            Form::Url(url) => self.download(field, url, options).await,
            Form::Base64(text) => self.base64(field, text).await,
            Form::Data(text) => self.data(field, text).await,
            Form::FileUrl(rest) => self.path(field, source, file_url_paths(rest)).await,
            Form::Path(path) => self.path(field, source, vec![PathBuf::from(path)]).await,
        }
    }

    /// Downloads a URL that the caller names.
    ///
    /// # Errors
    /// As [`file`](Self::file).
    pub(crate) async fn download(
        &self,
        field: &str,
        url: &str,
        options: &Options,
    ) -> Result<Local> {
        let config = self.bot().config();
        let private = self.caller().loopback || config.media.private_addresses;
        let limit = config.media.max_download;
        self.fetch(field, url, (private, limit), options).await
    }

    /// Downloads a URL. `private`: whether its host may have a private address; `limit`: the most bytes.
    ///
    /// # Errors
    /// As [`file`](Self::file).
    pub(super) async fn fetch(
        &self,
        field: &str,
        url: &str,
        (private, limit): (bool, u64),
        options: &Options,
    ) -> Result<Local> {
        let config = self.bot().config();
        let files = self.bot().files();
        let request = Request {
            field,
            url,
            private,
            limit,
            options,
        };
        let download = files
            .fetcher
            .download(&files.folder, &config.media, request);
        let downloaded = Box::pin(download).await?;
        Ok(Local::temporary(
            field,
            downloaded.path,
            &downloaded.name,
            downloaded.hashes.size,
        ))
    }

    /// Moves a temporary file into the cache. Other files stay where they are. `name`: the name that the file gets; without it, the
    /// name of the source or its MD5. `id`: what it was downloaded for.
    ///
    /// # Errors
    /// `LOAD_FILE_ERROR`.
    pub(crate) async fn keep(
        &self,
        local: Local,
        name: Option<&str>,
        id: Option<&str>,
    ) -> Result<Local> {
        if !local.is_temporary() {
            return Ok(local);
        }
        let (hashes, _) = local.hashes().await?;
        let mut disk = names::on_disk(name.unwrap_or(local.name()));
        if disk.is_empty() {
            disk = hex::encode(hashes.md5);
        }
        let (bot, id) = (self.bot().clone(), id.map(str::to_owned));
        let keeping = tokio::task::spawn_blocking(move || {
            let (path, field) = local.into_temporary()?;
            let files = bot.files();
            let cached = files
                .cache
                .put(&files.folder, path, hashes.sha1, &disk, id.as_deref());
            let cached = cached.map_err(|error| load_failed(&field, reason(&error)))?;
            Ok(Local::cached(&field, cached))
        });
        keeping
            .await
            .unwrap_or_else(|_| Err(Failure::internal("moving a file into the cache failed")))
    }

    /// Decodes base64 to a temporary file.
    ///
    /// # Errors
    /// `FILE_TOO_LARGE`, `LOAD_FILE_ERROR`.
    pub(crate) async fn base64(&self, field: &str, text: &str) -> Result<Local> {
        let mut writer = self.writer(field)?;
        let mut piece = Vec::with_capacity(PIECE.min(text.len()));
        let mut ended = false;
        for (at, byte) in text.bytes().enumerate() {
            match byte {
                b'=' => ended = true,
                byte if byte.is_ascii_whitespace() => {}
                _ if ended => return Err(not_base64(field, at, byte)),
                b'-' => piece.push(b'+'),
                b'_' => piece.push(b'/'),
                b'+' | b'/' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => piece.push(byte),
                _ => return Err(not_base64(field, at, byte)),
            }
            if piece.len() == PIECE {
                writer.decoded(&piece).await?;
                piece.clear();
            }
        }
        if piece.len() % 4 == 1 {
            let text = "the base64 text ends in the middle of a byte";
            return Err(load_failed(field, text));
        }
        writer.decoded(&piece).await?;
        writer.finish().await
    }

    async fn data(&self, field: &str, text: &str) -> Result<Local> {
        let head = text.as_bytes().iter().take(MAX_DATA_HEAD);
        let comma = head.into_iter().position(|byte| *byte == b',');
        let Some(comma) = comma else {
            return Err(load_failed(
                field,
                "the data: URL has no comma before its data",
            ));
        };
        let (head, payload) = (&text[..comma], &text[comma + 1..]);
        let is_base64 = head
            .rsplit(';')
            .next()
            .is_some_and(|last| last.trim().eq_ignore_ascii_case("base64"));
        if is_base64 {
            // Base64 in a URL may be percent-encoded.
            return if payload.contains('%') {
                let payload = percent_decode_str(payload).decode_utf8_lossy();
                self.base64(field, &payload).await
            } else {
                self.base64(field, payload).await
            };
        }
        let mut writer = self.writer(field)?;
        let mut rest = payload.as_bytes();
        while !rest.is_empty() {
            let mut end = rest.len().min(PIECE);
            // An escape is not cut.
            while end < rest.len() && end > 2 && rest[end - 2..end].contains(&b'%') {
                end -= 1;
            }
            let (piece, after) = rest.split_at(end);
            let piece: Vec<u8> = percent_decode(piece).collect();
            writer.write(&piece).await?;
            rest = after;
        }
        writer.finish().await
    }

    fn writer<'a>(&self, field: &'a str) -> Result<Writer<'a>> {
        let sink = Sink::new(&self.bot().files().folder);
        Ok(Writer {
            sink: sink.map_err(|error| load_failed(field, reason(&error)))?,
            field,
            limit: self.bot().config().media.max_size,
        })
    }

    /// The first of these paths that has a file. `source`: what the caller wrote, for messages.
    async fn path(&self, field: &str, source: &str, paths: Vec<PathBuf>) -> Result<Local> {
        let access = if self.caller().loopback {
            Access::Everything
        } else {
            let config = self.bot().config();
            let mut roots = config.media.folders.clone();
            let own = self.bot().files().folder.root();
            roots.extend(own.ok().map(Path::to_path_buf));
            Access::Within(roots)
        };
        if source.len() > MAX_PATH || source.contains('\0') {
            return Err(unknown(field, source));
        }
        let limit = self.bot().config().media.max_size;
        let (field, source) = (field.to_owned(), source.to_owned());
        let looking =
            tokio::task::spawn_blocking(move || look(&field, &source, &paths, &access, limit));
        looking
            .await
            .unwrap_or_else(|_| Err(Failure::internal("looking for a file failed")))
    }
}

/// Decoded data on their way to a temporary file.
struct Writer<'a> {
    sink: Sink,
    field: &'a str,
    limit: u64,
}

impl Writer<'_> {
    async fn decoded(&mut self, base64: &[u8]) -> Result<()> {
        let bytes = BASE64
            .decode(base64)
            .map_err(|error| load_failed(self.field, format!("the base64 text: {error}")))?;
        self.write(&bytes).await
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let size = self.sink.size() + bytes.len() as u64;
        if size > self.limit {
            return Err(too_large(self.field, size, self.limit));
        }
        let written = self.sink.write(bytes).await;
        written.map_err(|error| load_failed(self.field, reason(&error)))
    }

    async fn finish(self) -> Result<Local> {
        let finished = self.sink.finish().await;
        let (hashes, path) = finished.map_err(|error| load_failed(self.field, reason(&error)))?;
        if hashes.size == 0 {
            return Err(load_failed(self.field, "the file is empty"));
        }
        Ok(Local::temporary(self.field, path, "", hashes.size))
    }
}

fn not_base64(field: &str, at: usize, byte: u8) -> Failure {
    let shown = char::from(byte).escape_default();
    load_failed(field, format!("the base64 text has '{shown}' at {at}"))
}

/// Neither a known form nor a possible path.
fn unknown(field: &str, source: &str) -> Failure {
    let text = format!(
        "`{field}`: {} is neither a path nor a file:, http:, https:, data: or base64: source, nor the id of something received",
        shown(source)
    );
    Failure::new(Code::FileNotFound, text)
}

/// Paths that a `file:` URL can mean, the literal one first. `rest`: what follows `file:`.
fn file_url_paths(rest: &str) -> Vec<PathBuf> {
    let slashes = rest.len() - rest.trim_start_matches(['/', '\\']).len();
    let bare = &rest[slashes..];
    let bare = match bare.split_once(['/', '\\']) {
        Some((host, path)) if slashes == 2 && host.eq_ignore_ascii_case("localhost") => path,
        _ => bare,
    };
    let drive =
        matches!(bare.as_bytes(), [letter, b':' | b'|', ..] if letter.is_ascii_alphabetic());
    let absolute = |path: &str| {
        if drive {
            let mut path = path.to_owned();
            path.replace_range(1..2, ":");
            PathBuf::from(path)
        } else {
            PathBuf::from(format!("/{path}"))
        }
    };
    let decoded = percent_decode_str(bare).decode_utf8_lossy();
    let mut paths = vec![
        absolute(bare),
        absolute(&decoded),
        absolute(&bare.replace('\\', "/")),
        absolute(&decoded.replace('\\', "/")),
    ];
    paths.dedup();
    paths
}

/// Which files a caller may name.
enum Access {
    Everything,
    /// Those in these folders, wherever links lead.
    Within(Vec<PathBuf>),
}

impl Access {
    /// The path that is opened, without links; `None` if the caller may not name it, whether it exists or not.
    fn check(&self, path: &Path) -> Option<PathBuf> {
        let Self::Within(roots) = self else {
            return Some(path.to_path_buf());
        };
        let real = real(path)?;
        roots
            .iter()
            .filter_map(|root| root.canonicalize().ok())
            .any(|root| real.starts_with(root))
            .then_some(real)
    }
}

/// The path without links. The last parts need not exist, but must not be `..` then.
fn real(path: &Path) -> Option<PathBuf> {
    let mut missing = Vec::new();
    let mut existing = path;
    loop {
        match existing.canonicalize() {
            Ok(mut real) => {
                real.extend(missing.iter().rev());
                return Some(real);
            }
            Err(_) => match existing.components().next_back()? {
                Component::Normal(part) => {
                    missing.push(part.to_owned());
                    existing = existing.parent()?;
                }
                _ => return None,
            },
        }
    }
}

/// Looks for the first path that has a file.
fn look(
    field: &str,
    source: &str,
    paths: &[PathBuf],
    access: &Access,
    limit: u64,
) -> Result<Local> {
    let mut denied = false;
    for path in paths {
        let Some(path) = access.check(path) else {
            denied = true;
            continue;
        };
        // Opening a pipe would wait for its writer, so the kind is looked at before.
        let metadata = match fs::metadata(&path) {
            Ok(metadata) => metadata,
            Err(error) if is_absent(&error) => continue,
            Err(error) => return Err(load_failed(field, reason(&error))),
        };
        if metadata.is_dir() {
            let text = format!("{} is a folder, not a file", path.display());
            return Err(load_failed(field, text));
        }
        if !metadata.is_file() {
            let text = format!("{} is not a regular file", path.display());
            return Err(load_failed(field, text));
        }
        if metadata.len() == 0 {
            let text = format!("{} is empty", path.display());
            return Err(load_failed(field, text));
        }
        if metadata.len() > limit {
            return Err(too_large(field, metadata.len(), limit));
        }
        if let Err(error) = fs::File::open(&path) {
            return Err(load_failed(field, reason(&error)));
        }
        let path = std::path::absolute(&path).unwrap_or(path);
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        return Ok(Local::new(
            field,
            path,
            &name,
            metadata.len(),
            Held::InPlace,
        ));
    }
    if denied {
        let text = format!(
            "`{field}`: a caller on another machine may name files only in the media folder of Nekonap and in `folders` of [media]; \
             {} is not in them",
            shown(source)
        );
        return Err(Failure::new(Code::PermissionDenied, text));
    }
    let text = format!(
        "`{field}`: there is no file {} on the machine or in the container where Nekonap runs; if the framework runs elsewhere, \
         send the content as base64:// or an http:// URL, or with upload_file_stream",
        shown(source)
    );
    Err(Failure::new(Code::FileNotFound, text))
}

/// Whether nothing has this path. A name that the file system cannot have is nothing too.
fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound
            | io::ErrorKind::NotADirectory
            | io::ErrorKind::InvalidFilename
            | io::ErrorKind::InvalidInput
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::time::Duration;

    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpListener,
    };

    use crate::{Caller, Config, MediaConfig, testing::Offline};

    /// A bot, and callers on this machine and on another one.
    struct Setup {
        offline: Offline,
        /// A folder of the user, outside of all allowed ones.
        outside: tempfile::TempDir,
        allowed: tempfile::TempDir,
    }

    impl Setup {
        async fn with(change: impl FnOnce(&mut MediaConfig)) -> Self {
            let outside = tempfile::tempdir().expect("a folder");
            let allowed = tempfile::tempdir().expect("a folder");
            let mut media = MediaConfig {
                folders: vec![allowed.path().to_path_buf()],
                timeout: 5_000,
                ..MediaConfig::default()
            };
            change(&mut media);
            let offline = Offline::with(Config {
                media,
                ..Config::default()
            })
            .await;
            Self {
                offline,
                outside,
                allowed,
            }
        }

        async fn new() -> Self {
            Self::with(|_| ()).await
        }

        fn here(&self) -> Context {
            self.offline.context_of(Caller {
                loopback: true,
                ..Caller::default()
            })
        }

        fn elsewhere(&self) -> Context {
            self.offline.context_of(Caller::default())
        }

        fn outside(&self, name: &str, content: &[u8]) -> PathBuf {
            write(self.outside.path(), name, content)
        }
    }

    fn write(folder: &Path, name: &str, content: &[u8]) -> PathBuf {
        let path = folder.join(name);
        fs::write(&path, content).expect("written");
        path
    }

    fn text(path: &Path) -> &str {
        path.to_str().expect("UTF-8")
    }

    async fn content(cx: &Context, source: &str) -> Vec<u8> {
        let local = cx.file("file", source, &Options::default()).await;
        let local = local.unwrap_or_else(|failure| panic!("{source}: {failure:?}"));
        local.read(1 << 20).await.expect("read")
    }

    async fn fails(cx: &Context, source: &str, code: Code, named: &str) {
        let outcome = cx.file("file", source, &Options::default()).await;
        let failure = outcome.map(drop).expect_err(source);
        assert_eq!(failure.code, code, "{source}: {failure:?}");
        assert!(failure.text.contains("`file`"), "{failure:?}");
        assert!(failure.text.contains(named), "{failure:?}");
    }

    #[tokio::test]
    async fn every_form_of_a_path_is_read() {
        let setup = Setup::new().await;
        let path = setup.outside("a b%41é.bin", b"content");
        let path = text(&path);
        let encoded = path
            .replace('%', "%25")
            .replace(' ', "%20")
            .replace('é', "%C3%A9");
        for source in [
            path.to_owned(),
            format!(" {path} "),
            format!("file://{path}"),
            format!("FILE:{path}"),
            format!("file://localhost{path}"),
            format!("file://{encoded}"),
            format!("file:///{}", &encoded[1..]),
            format!("file://{}", path.replace('/', "\\")),
        ] {
            assert_eq!(
                content(&setup.here(), &source).await,
                b"content",
                "{source}"
            );
        }
        let local = setup.here().file("file", path, &Options::default()).await;
        assert_eq!(local.expect("a file").name(), "a b%41é.bin");
    }

    #[test]
    fn file_url_with_a_drive_keeps_the_drive() {
        for rest in [
            "///C:/x/a.png",
            "//C:/x/a.png",
            "///c|/x/a.png",
            "///C:%5Cx%5Ca.png",
        ] {
            let paths = file_url_paths(rest);
            let found = paths
                .iter()
                .any(|path| path.to_string_lossy().eq_ignore_ascii_case("C:/x/a.png"));
            assert!(found, "{rest}: {paths:?}");
        }
    }

    #[tokio::test]
    async fn bad_files_fail_with_an_error_of_their_own() {
        let setup = Setup::with(|media| media.max_size = 100).await;
        let here = setup.here();
        let missing = setup.outside.path().join("none.png");
        fails(
            &here,
            text(&missing),
            Code::FileNotFound,
            "where Nekonap runs",
        )
        .await;
        fails(&here, "no such thing", Code::FileNotFound, "no such thing").await;
        fails(&here, "", Code::FileNotFound, "").await;
        fails(&here, "a\0b", Code::FileNotFound, "neither a path").await;
        fails(&here, &"x".repeat(10_000), Code::FileNotFound, "…").await;
        fails(
            &here,
            &format!("/{}", "😀".repeat(100)),
            Code::FileNotFound,
            "there is no file",
        )
        .await;
        fails(
            &here,
            text(setup.outside.path()),
            Code::LoadFile,
            "is a folder",
        )
        .await;
        let empty = setup.outside("empty", b"");
        fails(&here, text(&empty), Code::LoadFile, "is empty").await;
        let large = setup.outside("large", &[0; 101]);
        fails(
            &here,
            text(&large),
            Code::FileTooLarge,
            "101 bytes; the limit is 100",
        )
        .await;
        let large = format!("base64://{}", "AAAA".repeat(40));
        fails(&here, &large, Code::FileTooLarge, "the limit is 100").await;
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn pipe_is_refused_and_not_waited_for() {
        let setup = Setup::new().await;
        fails(
            &setup.here(),
            "/dev/zero",
            Code::LoadFile,
            "not a regular file",
        )
        .await;
    }

    #[tokio::test]
    async fn file_of_five_gigabytes_is_refused_without_reading_it() {
        let setup = Setup::new().await;
        let path = setup.outside.path().join("five");
        let file = fs::File::create(&path).expect("created");
        // Takes no space on disk.
        file.set_len(5 << 30).expect("set");
        fails(
            &setup.here(),
            text(&path),
            Code::FileTooLarge,
            "5368709120 bytes",
        )
        .await;
    }

    #[tokio::test]
    async fn caller_elsewhere_may_name_only_allowed_folders() {
        let setup = Setup::new().await;
        let elsewhere = setup.elsewhere();
        let inside = write(setup.allowed.path(), "a.png", b"inside");
        assert_eq!(content(&elsewhere, text(&inside)).await, b"inside");
        let secret = setup.outside("secret", b"secret");
        fails(&elsewhere, text(&secret), Code::PermissionDenied, "[media]").await;
        fails(
            &elsewhere,
            &format!("file://{}", text(&secret)),
            Code::PermissionDenied,
            "[media]",
        )
        .await;
        // Whether a file outside exists is not told.
        let missing = setup.outside.path().join("missing");
        fails(
            &elsewhere,
            text(&missing),
            Code::PermissionDenied,
            "[media]",
        )
        .await;
        let missing = setup.allowed.path().join("missing");
        fails(
            &elsewhere,
            text(&missing),
            Code::FileNotFound,
            "there is no file",
        )
        .await;
        let name = setup
            .outside
            .path()
            .file_name()
            .expect("a name")
            .to_string_lossy();
        let up = setup.allowed.path().join("..").join(&*name).join("secret");
        fails(&elsewhere, text(&up), Code::PermissionDenied, "[media]").await;
        let through = setup
            .allowed
            .path()
            .join("none/../../")
            .join(&*name)
            .join("secret");
        fails(
            &elsewhere,
            text(&through),
            Code::PermissionDenied,
            "[media]",
        )
        .await;
        let own = setup.offline.bot.files().folder.root().expect("a folder");
        let own = write(own, "own.bin", b"own");
        assert_eq!(content(&elsewhere, text(&own)).await, b"own");
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn link_that_points_outside_is_refused_to_a_caller_elsewhere() {
        let setup = Setup::new().await;
        let secret = setup.outside("secret", b"secret");
        let link = setup.allowed.path().join("link");
        std::os::unix::fs::symlink(&secret, &link).expect("linked");
        fails(
            &setup.elsewhere(),
            text(&link),
            Code::PermissionDenied,
            "[media]",
        )
        .await;
        assert_eq!(content(&setup.here(), text(&link)).await, b"secret");
        let folder = setup.allowed.path().join("folder");
        std::os::unix::fs::symlink(setup.outside.path(), &folder).expect("linked");
        let inside = folder.join("secret");
        fails(
            &setup.elsewhere(),
            text(&inside),
            Code::PermissionDenied,
            "[media]",
        )
        .await;
    }

    #[tokio::test]
    async fn base64_and_data_urls_are_decoded() {
        let setup = Setup::new().await;
        let elsewhere = setup.elsewhere();
        for source in [
            "base64://aGk/Pz4+",
            "base64://aGk_Pz4-",
            " base64://aGk/\r\nPz4+ ",
            "data:image/png;base64,aGk/Pz4+",
            "data:;base64,aGk%2FPz4%2B",
            "data:text/plain,hi??>>",
            "DATA:,hi%3f%3F%3e%3E",
        ] {
            assert_eq!(content(&elsewhere, source).await, b"hi??>>", "{source}");
        }
        for (source, bytes) in [
            ("base64://aA==", "h"),
            ("base64://aA", "h"),
            ("base64://aGk", "hi"),
        ] {
            assert_eq!(
                content(&elsewhere, source).await,
                bytes.as_bytes(),
                "{source}"
            );
        }
        for (source, named) in [
            ("base64://", "is empty"),
            ("base64://a", "middle of a byte"),
            ("base64://aGk*", "'*' at 3"),
            ("base64://aA==aA", "'a' at 4"),
            ("data:image/png;base64", "no comma"),
            ("data:,", "is empty"),
        ] {
            fails(&elsewhere, source, Code::LoadFile, named).await;
        }
        let long = "%41".repeat(PIECE);
        let local = elsewhere
            .file("file", &format!("data:,{long}"), &Options::default())
            .await;
        let bytes = local.expect("a file").read(1 << 20).await.expect("read");
        assert_eq!(bytes, vec![b'A'; PIECE]);
    }

    #[tokio::test]
    async fn temporary_file_is_deleted_after_use() {
        let setup = Setup::new().await;
        let local = setup
            .here()
            .file("file", "base64://aGk=", &Options::default())
            .await;
        let local = local.expect("a file");
        let path = local.path().to_path_buf();
        let (hashes, _) = local.clone().hashes().await.expect("hashed");
        assert_eq!(hashes, nekonap_media::hash(b"hi"));
        assert!(path.exists());
        drop(local);
        assert!(!path.exists());
    }

    #[tokio::test]
    async fn file_that_changes_after_it_was_named_is_refused() {
        let setup = Setup::new().await;
        let path = setup.outside("a", b"before");
        let local = setup
            .here()
            .file("file", text(&path), &Options::default())
            .await;
        let local = local.expect("a file");
        fs::write(&path, "and after").expect("written");
        let failure = local.hashes().await.expect_err("changed");
        assert_eq!(failure.code, Code::LoadFile);
        assert!(failure.text.contains("changed"), "{failure:?}");
        fs::remove_file(&path).expect("removed");
        let failure = local.hashes().await.expect_err("gone");
        assert!(failure.text.contains("gone"), "{failure:?}");
    }

    /// A server that gives each connection one of these answers, and then closes it. Returns its address and what it was sent.
    async fn server(
        answers: Vec<Vec<u8>>,
    ) -> (String, tokio::sync::mpsc::UnboundedReceiver<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (sent, received) = tokio::sync::mpsc::unbounded_channel();
        tokio::spawn(async move {
            for answer in answers {
                let (mut stream, _) = listener.accept().await.expect("a connection");
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    assert_ne!(stream.read_buf(&mut head).await.expect("read"), 0);
                }
                let _ = sent.send(String::from_utf8(head).expect("text"));
                stream.write_all(&answer).await.expect("written");
            }
        });
        (address.to_string(), received)
    }

    fn answer(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
        let length = body.len();
        let head = format!(
            "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n"
        );
        [head.as_bytes(), body].concat()
    }

    #[tokio::test]
    async fn url_is_downloaded_through_redirects() {
        let setup = Setup::new().await;
        let (address, mut requests) = server(vec![
            answer("302 Found", "location: /b/../c%20d.png?x=1\r\n", b""),
            answer("403 Forbidden", "", b""),
            answer("200 OK", "", b"picture"),
        ])
        .await;
        let url = format!("http://{address}/a");
        let local = setup
            .here()
            .file("file", &url, &Options::default())
            .await
            .expect("fetched");
        assert_eq!(local.name(), "c d.png");
        assert_eq!(local.read(100).await.expect("read"), b"picture");
        let first = requests.recv().await.expect("a request");
        assert!(first.starts_with("GET /a "), "{first}");
        assert!(first.contains("user-agent: Mozilla/"), "{first}");
        let second = requests.recv().await.expect("a request");
        assert!(!second.contains("referer"), "{second}");
        let third = requests.recv().await.expect("a request");
        assert!(
            third.contains(&format!("referer: http://{address}/c%20d.png?x=1")),
            "{third}"
        );
    }

    #[tokio::test]
    async fn bad_downloads_fail_with_an_error_of_their_own() {
        let setup = Setup::with(|media| media.max_download = 10).await;
        let here = setup.here();
        let redirect = answer("301 Moved", "location: /again\r\n", b"");
        for (answers, code, named) in [
            (
                vec![answer("404 Not Found", "", b"no")],
                Code::LoadFile,
                "404",
            ),
            (
                vec![answer("200 OK", "", b"")],
                Code::LoadFile,
                "empty file",
            ),
            (
                vec![answer("200 OK", "", b"01234567890")],
                Code::FileTooLarge,
                "11 bytes",
            ),
            (
                vec![b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf".to_vec()],
                Code::LoadFile,
                "after 4 of 9 bytes",
            ),
            (
                vec![b"HTTP/1.1 200 OK\r\n\r\nlonger than it may be".to_vec()],
                Code::FileTooLarge,
                "the limit is 10",
            ),
            (
                vec![
                    b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n".to_vec(),
                ],
                Code::LoadFile,
                "after 4 bytes",
            ),
            (
                vec![b"nonsense\r\n\r\n".to_vec()],
                Code::LoadFile,
                "properly",
            ),
            (vec![redirect; 6], Code::LoadFile, "more than 5 times"),
            (
                vec![answer("302 Found", "location: file:///etc/passwd\r\n", b"")],
                Code::LoadFile,
                "leads to file:",
            ),
        ] {
            let (address, _requests) = server(answers).await;
            fails(&here, &format!("http://{address}/a"), code, named).await;
        }
        fails(
            &here,
            "http://127.0.0.1:9/",
            Code::LoadFile,
            "cannot be reached",
        )
        .await;
        fails(&here, "http://", Code::ParamInvalid, "not a URL").await;
        let left = setup
            .offline
            .bot
            .files()
            .folder
            .place(super::super::folder::Place::Temporary);
        let left = fs::read_dir(left.expect("a folder")).expect("read").count();
        assert_eq!(left, 0);
    }

    #[tokio::test]
    async fn download_that_stalls_is_given_up() {
        let setup = Setup::with(|media| media.timeout = 200).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let url = format!("http://{address}/");
        fails(
            &setup.here(),
            &url,
            Code::LoadFile,
            "did not answer in time",
        )
        .await;
        let options = Options {
            timeout: Some(Duration::from_millis(50)),
            ..Options::default()
        };
        let failure = setup
            .here()
            .file("file", &url, &options)
            .await
            .expect_err("too slow");
        assert!(failure.text.contains("took longer"), "{failure:?}");
    }

    #[tokio::test]
    async fn caller_elsewhere_may_not_have_private_addresses_fetched() {
        let setup = Setup::new().await;
        let (address, _requests) = server(vec![answer("200 OK", "", b"private")]).await;
        let url = format!("http://{address}/");
        let elsewhere = setup.elsewhere();
        fails(
            &elsewhere,
            &url,
            Code::PermissionDenied,
            "private_addresses",
        )
        .await;
        let port = address.rsplit(':').next().expect("a port");
        for host in ["localhost", "2130706433", "[::ffff:127.0.0.1]"] {
            fails(
                &elsewhere,
                &format!("http://{host}:{port}/"),
                Code::PermissionDenied,
                "private",
            )
            .await;
        }
        let open = Setup::with(|media| media.private_addresses = true).await;
        assert_eq!(content(&open.elsewhere(), &url).await, b"private");
    }

    #[tokio::test]
    async fn headers_are_sent_and_not_passed_on_to_another_host() {
        let setup = Setup::new().await;
        let (other, mut at_other) = server(vec![answer("200 OK", "", b"x")]).await;
        let redirect = format!("location: http://{other}/\r\n");
        let (first, mut at_first) = server(vec![answer("307 Moved", &redirect, b"")]).await;
        let mut options = Options::default();
        options
            .headers
            .insert("x-key", "secret".parse().expect("a value"));
        let local = setup
            .here()
            .file("file", &format!("http://{first}/"), &options)
            .await;
        local.expect("fetched");
        assert!(
            at_first
                .recv()
                .await
                .expect("a request")
                .contains("x-key: secret")
        );
        assert!(!at_other.recv().await.expect("a request").contains("x-key"));
    }

    #[tokio::test]
    async fn proxy_is_used_for_other_hosts_only() {
        let (proxy, mut at_proxy) = server(vec![answer("200 OK", "", b"from the proxy")]).await;
        let setup = Setup::with(|media| {
            media.proxy = Some(crate::ProxyUrl::new(format!("http://{proxy}")));
        })
        .await;
        let here = setup.here();
        assert_eq!(
            content(&here, "http://example.invalid/a").await,
            b"from the proxy"
        );
        let request = at_proxy.recv().await.expect("a request");
        assert!(
            request.starts_with("GET http://example.invalid/a "),
            "{request}"
        );
        let (address, _requests) = server(vec![answer("200 OK", "", b"direct")]).await;
        assert_eq!(
            content(&here, &format!("http://{address}/")).await,
            b"direct"
        );
    }
}
