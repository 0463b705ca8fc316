//! Voices: from any audio to QQ's format, and from that to what a framework wants (protocol/03 §10.1, api/actions §3.10).

use std::{io::Write as _, time::Duration};

use nekonap_media::{
    ContainerError,
    voice::{self, AudioFormat, VoiceError},
};
use nekonap_onebot::Code;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    ffmpeg,
    local::{Local, reason},
};
use crate::{
    bot::Context,
    error::{Failure, Result},
};

/// The largest voice in QQ's format: ten minutes at the highest rate of the codec have a third of it.
const MAX_VOICE: u64 = 16 << 20;

/// How to get the codec.
const NO_CODEC: &str = "this build of Nekonap has no voice codec, so only SILK and AMR can be sent as voice: install libclang \
    (apt-get install libclang1-14) and build with `cargo xtask run`, or with --features silk";

/// A voice that can be sent.
#[derive(Debug, Clone)]
pub(crate) struct Voice {
    /// The file: Tencent's SILK or AMR.
    pub(crate) local: Local,
    /// How long it is.
    pub(crate) duration: Duration,
}

/// A format of a converted voice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum VoiceFormat {
    /// MP3.
    Mp3,
    /// Narrow-band AMR.
    Amr,
    /// Windows Media Audio.
    Wma,
    /// AAC in MP4.
    M4a,
    /// Speex in OGG.
    Spx,
    /// Vorbis in OGG.
    Ogg,
    /// WAV.
    Wav,
    /// FLAC.
    Flac,
    /// As it was received, SILK in most cases.
    Silk,
}

impl VoiceFormat {
    /// The format as it is written in calls, which is also the extension.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Mp3 => "mp3",
            Self::Amr => "amr",
            Self::Wma => "wma",
            Self::M4a => "m4a",
            Self::Spx => "spx",
            Self::Ogg => "ogg",
            Self::Wav => "wav",
            Self::Flac => "flac",
            Self::Silk => "silk",
        }
    }

    /// How ffmpeg writes it.
    const fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::Mp3 => &["-f", "mp3"],
            Self::Amr => &["-ar", "8000", "-ac", "1", "-f", "amr"],
            Self::Wma => &["-f", "asf"],
            Self::M4a => &["-f", "ipod"],
            Self::Spx => &["-c:a", "libspeex", "-ar", "16000", "-f", "ogg"],
            Self::Ogg => &["-c:a", "libvorbis", "-f", "ogg"],
            Self::Wav | Self::Silk => &["-f", "wav"],
            Self::Flac => &["-f", "flac"],
        }
    }

    /// The format that a voice has when a call names none: MP3, or WAV where ffmpeg is not installed.
    pub(crate) fn default_here() -> Self {
        if ffmpeg::is_installed() {
            Self::Mp3
        } else {
            Self::Wav
        }
    }
}

impl Context {
    /// Makes a voice of audio. SILK and AMR stay as they are.
    ///
    /// # Errors
    /// `NOT_SUPPORTED` without a codec, `FILE_TOO_LARGE` for more than ten minutes, `LOAD_FILE_ERROR` for what is no audio.
    pub(crate) async fn voice(&self, local: Local) -> Result<Voice> {
        let format = recognised(&local).await?;
        if let Some(format) = format.filter(|format| format.is_voice()) {
            return self.ready_voice(local, format).await;
        }
        if !voice::has_codec() {
            return Err(Failure::new(
                Code::NotSupported,
                local.failure(NO_CODEC).text,
            ));
        }
        let samples = self.samples(&local).await?;
        let _turn = self.bot().files().voices.acquire().await;
        let named = local.clone();
        let encoding = tokio::task::spawn_blocking(move || {
            let encoded = voice::encode(&samples).map_err(|error| failed(&named, &error))?;
            let duration = voice::duration(&encoded).map_err(|error| failed(&named, &error))?;
            Ok((encoded, duration))
        });
        let (encoded, duration) = encoding
            .await
            .unwrap_or_else(|_| Err(Failure::internal("the voice codec failed")))?;
        Ok(Voice {
            local: self.write(&local, encoded).await?,
            duration,
        })
    }

    /// A file that is a voice already.
    async fn ready_voice(&self, local: Local, format: AudioFormat) -> Result<Voice> {
        let bytes = local.read(MAX_VOICE).await?;
        let duration = voice::duration(&bytes).map_err(|error| failed(&local, &error))?;
        if duration.is_zero() {
            return Err(failed(&local, &VoiceError::Empty));
        }
        if format == AudioFormat::Silk {
            let tencent = voice::tencent_silk(&bytes).map_err(|error| failed(&local, &error))?;
            if tencent != bytes {
                let local = self.write(&local, tencent).await?;
                return Ok(Voice { local, duration });
            }
        }
        Ok(Voice { local, duration })
    }

    /// A voice in another format.
    ///
    /// # Errors
    /// `NOT_SUPPORTED` if this build or this machine has no converter, `LOAD_FILE_ERROR`.
    pub(crate) async fn converted(&self, local: Local, format: VoiceFormat) -> Result<Local> {
        let now = recognised(&local).await?;
        let as_it_is = match format {
            VoiceFormat::Silk => true,
            VoiceFormat::Amr => now == Some(AudioFormat::Amr),
            VoiceFormat::Wav => now == Some(AudioFormat::Wav),
            VoiceFormat::Mp3 => now == Some(AudioFormat::Mp3),
            VoiceFormat::Flac => now == Some(AudioFormat::Flac),
            _ => false,
        };
        if as_it_is {
            return Ok(local);
        }
        let installed = ffmpeg::is_installed();
        if format != VoiceFormat::Wav && !installed {
            let text = format!(
                "`out_format`: ffmpeg is needed to convert a voice to {}, and it is not installed; `wav` and `silk` need none",
                format.name()
            );
            return Err(Failure::new(Code::NotSupported, text));
        }
        let samples = self.samples(&local).await?;
        let wav = self.write(&local, voice::wav(&samples)).await?;
        if format == VoiceFormat::Wav {
            return Ok(wav);
        }
        self.through_ffmpeg(&wav, format.arguments()).await
    }

    /// The sound of a file.
    async fn samples(&self, local: &Local) -> Result<Vec<i16>> {
        let format = recognised(local).await?;
        // Decoding takes much memory and a whole core.
        let turn = self.bot().files().voices.acquire().await;
        let decoded = match format {
            Some(AudioFormat::Silk) => {
                if !voice::has_codec() {
                    return Err(Failure::new(
                        Code::NotSupported,
                        local.failure(NO_CODEC).text,
                    ));
                }
                let bytes = local.read(MAX_VOICE).await?;
                let decoding = tokio::task::spawn_blocking(move || voice::decode_silk(&bytes));
                decoding.await.unwrap_or(Err(VoiceError::Damaged))
            }
            // The formats that only ffmpeg reads.
            Some(AudioFormat::Amr | AudioFormat::AmrWideBand) => Err(VoiceError::Codec),
            _ => {
                local
                    .read_with(|file, opened| Ok(voice::decode(opened, file.size())))
                    .await?
            }
        };
        drop(turn);
        let error = match decoded {
            Ok(samples) => return Ok(samples),
            Err(error) => error,
        };
        let other_reader_may = matches!(
            error,
            VoiceError::Codec
                | VoiceError::Container(ContainerError::Unknown(_) | ContainerError::Damaged(_))
        );
        if !other_reader_may {
            return Err(failed(local, &error));
        }
        if !ffmpeg::is_installed() {
            let text = format!("{error}; with ffmpeg installed, more formats can be read");
            return Err(local.failure(text));
        }
        let seconds = (voice::LONGEST.as_secs() + 1).to_string();
        let rate = voice::RATE.to_string();
        let arguments = [
            "-vn",
            "-ac",
            "1",
            "-ar",
            &rate,
            "-t",
            &seconds,
            "-c:a",
            "pcm_s16le",
            "-f",
            "wav",
        ];
        let wav = self.through_ffmpeg(local, &arguments).await?;
        let decoded = wav.read_with(|file, opened| Ok(voice::decode(opened, file.size())));
        decoded.await?.map_err(|error| failed(local, &error))
    }

    /// A file that ffmpeg makes of another one.
    async fn through_ffmpeg(&self, local: &Local, arguments: &[&str]) -> Result<Local> {
        let folder = self.bot().files().folder();
        let converted = ffmpeg::convert(folder, local.path(), arguments).await;
        let path = converted.map_err(|text| local.failure(format!("ffmpeg: {text}")))?;
        let size = std::fs::metadata(&path).map_err(|error| local.failure(reason(&error)))?;
        if size.len() == 0 {
            return Err(local.failure("ffmpeg wrote an empty file"));
        }
        Ok(local.made(path, size.len()))
    }

    /// The first frame of a video as a JPEG; `None` where ffmpeg is not installed or cannot read it.
    pub(crate) async fn frame_of(&self, video: &Local) -> Option<Local> {
        if !ffmpeg::is_installed() {
            return None;
        }
        let arguments = [
            "-an",
            "-frames:v",
            "1",
            "-c:v",
            "mjpeg",
            "-q:v",
            "4",
            "-f",
            "image2",
            "-update",
            "1",
        ];
        match self.through_ffmpeg(video, &arguments).await {
            Ok(frame) => Some(frame),
            Err(failure) => {
                tracing::info!(error = failure.text, "a video gets no picture of its own");
                None
            }
        }
    }

    /// A temporary file with this content, made of another file.
    pub(crate) async fn write(&self, local: &Local, content: Vec<u8>) -> Result<Local> {
        let (bot, local) = (self.bot().clone(), local.clone());
        let writing = tokio::task::spawn_blocking(move || {
            let written = bot.files().folder().temporary().and_then(|mut file| {
                file.write_all(&content)?;
                Ok(file.into_temp_path())
            });
            let path = written.map_err(|error| local.failure(reason(&error)))?;
            Ok(local.made(path, content.len() as u64))
        });
        writing
            .await
            .unwrap_or_else(|_| Err(Failure::internal("writing a file failed")))
    }
}

async fn recognised(local: &Local) -> Result<Option<AudioFormat>> {
    Ok(voice::recognise(&local.head(16).await?))
}

fn failed(local: &Local, error: &VoiceError) -> Failure {
    let failure = local.failure(error);
    match error {
        VoiceError::TooLong => Failure::new(Code::FileTooLarge, failure.text),
        VoiceError::NoCodec => Failure::new(Code::NotSupported, failure.text),
        _ => failure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use base64::{Engine as _, prelude::BASE64_STANDARD};

    use crate::{media::Options, testing::Offline};

    async fn local(cx: &Context, content: &[u8]) -> Local {
        let source = format!("base64://{}", BASE64_STANDARD.encode(content));
        let local = cx.file("file", &source, &Options::default()).await;
        local.expect("a file")
    }

    #[tokio::test]
    async fn voices_pass_through_and_plain_silk_becomes_tencent_silk() {
        let offline = Offline::new().await;
        let cx = offline.context();
        let tencent = b"\x02#!SILK_V3\x05\0\x11\x11\x11\x11\x11\x01\0\x22".to_vec();
        let voice = cx.voice(local(&cx, &tencent).await).await.expect("a voice");
        assert_eq!(voice.duration, Duration::from_millis(40));
        assert_eq!(voice.local.read(100).await.expect("read"), tencent);
        let plain = [&tencent[1..], b"\xff\xff"].concat();
        let voice = cx.voice(local(&cx, &plain).await).await.expect("a voice");
        assert_eq!(voice.local.read(100).await.expect("read"), tencent);
        let amr = [
            &b"#!AMR\n"[..],
            &[&[0x3c][..], &[0; 31]].concat().repeat(100),
        ]
        .concat();
        let voice = cx.voice(local(&cx, &amr).await).await.expect("a voice");
        assert_eq!(voice.duration, Duration::from_secs(2));
        let failure = cx
            .voice(local(&cx, b"#!SILK_V3").await)
            .await
            .expect_err("empty");
        assert_eq!(failure.code, Code::LoadFile);
    }

    #[tokio::test]
    async fn audio_is_encoded_or_refused_with_what_to_install() {
        let offline = Offline::new().await;
        let cx = offline.context();
        let wav = local(&cx, &voice::wav(&vec![1_000; 36_000])).await;
        match cx.voice(wav).await {
            Ok(made) => {
                assert!(voice::has_codec());
                assert_eq!(made.duration, Duration::from_millis(1_500));
                let wav = cx
                    .converted(made.local, VoiceFormat::Wav)
                    .await
                    .expect("converted");
                assert_eq!(wav.size(), 44 + 72_000);
            }
            Err(failure) => {
                assert!(!voice::has_codec());
                assert_eq!(failure.code, Code::NotSupported);
                assert!(failure.text.contains("libclang"), "{failure:?}");
            }
        }
        let text = local(&cx, b"this is no audio, however long it is").await;
        let failure = cx.voice(text).await.expect_err("no audio");
        let expected = if voice::has_codec() {
            Code::LoadFile
        } else {
            Code::NotSupported
        };
        assert_eq!(failure.code, expected, "{failure:?}");
    }

    #[tokio::test]
    async fn format_without_a_converter_is_refused() {
        let offline = Offline::new().await;
        let cx = offline.context();
        let wav = local(&cx, &voice::wav(&vec![1_000; 36_000])).await;
        let outcome = cx.converted(wav.clone(), VoiceFormat::Mp3).await;
        if ffmpeg::is_installed() {
            let mp3 = outcome.expect("converted");
            assert_eq!(recognised(&mp3).await, Ok(Some(AudioFormat::Mp3)));
        } else {
            let failure = outcome.map(drop).expect_err("no converter");
            assert_eq!(failure.code, Code::NotSupported);
            assert!(failure.text.contains("ffmpeg"), "{failure:?}");
        }
        let same = cx
            .converted(wav.clone(), VoiceFormat::Wav)
            .await
            .expect("as it is");
        assert_eq!(same.path(), wav.path());
    }
}
