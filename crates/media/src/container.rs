//! Facts about videos, read from their container (protocol/03 §10.3).

use std::{
    io::{self, Read, Seek, SeekFrom},
    time::Duration,
};

use symphonia::core::{
    codecs::CodecParameters,
    errors::Error as ReadError,
    formats::{FormatOptions, FormatReader, probe::Hint},
    io::{MediaSource, MediaSourceStream, MediaSourceStreamOptions},
    meta::MetadataOptions,
};
use thiserror::Error;

/// A video.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Video {
    /// Duration; zero if the container does not tell.
    pub duration: Duration,
    /// Width in pixels; 0 if the container does not tell.
    pub width: u32,
    /// Height in pixels; 0 if the container does not tell.
    pub height: u32,
}

/// Why a container could not be read.
#[derive(Debug, Error)]
pub enum ContainerError {
    /// The format is none that can be read.
    #[error("the format is not known: {0}")]
    Unknown(String),
    /// The container has no track of the wanted kind.
    #[error("there is no {0} in the file")]
    NoTrack(&'static str),
    /// The container is incomplete or contradictory.
    #[error("the file is damaged: {0}")]
    Damaged(String),
}

/// Reads the facts of a video (MP4, QuickTime, Matroska, WebM). `size`: size of the file in bytes.
///
/// # Errors
/// The format is unknown, there is no video track, or the container is damaged.
pub fn video(
    reader: impl Read + Seek + Send + Sync + 'static,
    size: u64,
) -> Result<Video, ContainerError> {
    let format = open(reader, size)?;
    let track = format
        .tracks()
        .iter()
        .find_map(|track| match &track.codec_params {
            Some(CodecParameters::Video(params)) => Some((track, params)),
            _ => None,
        });
    let Some((track, params)) = track else {
        return Err(ContainerError::NoTrack("video"));
    };
    let seconds = track
        .time_base
        .zip(track.duration)
        .and_then(|(base, duration)| base.calc_duration(duration))
        .map_or(0.0, |time| time.as_secs_f64());
    Ok(Video {
        duration: Duration::try_from_secs_f64(seconds).unwrap_or_default(),
        width: params.width.unwrap_or(0).into(),
        height: params.height.unwrap_or(0).into(),
    })
}

/// Opens a container of any known format.
pub(crate) fn open(
    reader: impl Read + Seek + Send + Sync + 'static,
    size: u64,
) -> Result<Box<dyn FormatReader>, ContainerError> {
    let source = Source { reader, size };
    let stream = MediaSourceStream::new(Box::new(source), MediaSourceStreamOptions::default());
    let probe = symphonia::default::get_probe();
    probe
        .probe(
            &Hint::new(),
            stream,
            FormatOptions::default(),
            MetadataOptions::default(),
        )
        .map_err(|error| match error {
            ReadError::Unsupported(what) => ContainerError::Unknown(what.to_owned()),
            other => ContainerError::Damaged(other.to_string()),
        })
}

/// A reader with a known size.
struct Source<R> {
    reader: R,
    size: u64,
}

impl<R: Read> Read for Source<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.reader.read(buffer)
    }
}

impl<R: Seek> Seek for Source<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.reader.seek(to)
    }
}

impl<R: Read + Seek + Send + Sync> MediaSource for Source<R> {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.size)
    }
}
