//! Voice in QQ's format, SILK v3 (protocol/03 §10.1): recognising it, its duration, and making it from other audio.
//!
//! The codec itself is the feature `silk`. Without it, audio can be recognised and decoded, but SILK can neither be written nor
//! decoded.

use std::{
    io::{Read, Seek},
    time::Duration,
};

use opus_decoder::OpusDecoder;
use rubato::{Fft, FixedSync, Indexing, Resampler, audioadapter_buffers::direct::SequentialSlice};
use symphonia::core::{
    codecs::{
        CodecParameters,
        audio::{AudioDecoder, AudioDecoderOptions, well_known::CODEC_ID_OPUS},
    },
    errors::Error as ReadError,
    formats::TrackType,
};
use thiserror::Error;

use crate::container::{self, ContainerError};

/// Sample rate of voices in samples per second.
pub const RATE: u32 = 24_000;

/// Longest voice that is made. Longer audio is refused.
pub const LONGEST: Duration = Duration::from_secs(600);

/// Duration of a block of SILK, and of a frame of AMR, in milliseconds.
const BLOCK_MILLISECONDS: u64 = 20;

/// Samples in a block of SILK.
#[cfg(feature = "silk")]
const BLOCK_SAMPLES: usize = (RATE as usize) / 50;

/// Bits per second of the encoder: what QQ's own voices have.
#[cfg(feature = "silk")]
const BIT_RATE: i32 = 24_000;

/// Sample rates that are decoded. Others are not audio.
const RATES: std::ops::RangeInclusive<u32> = 4_000..=384_000;

/// Samples that the resampler reads at a time.
const CHUNK: usize = 1_024;

/// Packets without a single sample after which decoding stops.
const MAX_BAD_PACKETS: usize = 1_000;

/// Magic of a plain SILK file. In Tencent's form the byte 2 precedes it.
const SILK: &[u8] = b"#!SILK_V3";
/// End mark of a plain SILK file.
const SILK_END: u16 = 0xffff;
/// Magic of narrow-band AMR.
const AMR: &[u8] = b"#!AMR\n";

/// An audio format, recognised by the first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AudioFormat {
    /// SILK v3 in either form.
    Silk,
    /// Narrow-band AMR.
    Amr,
    /// Wide-band AMR.
    AmrWideBand,
    /// WAV.
    Wav,
    /// MP3.
    Mp3,
    /// FLAC.
    Flac,
    /// OGG with Vorbis, Opus or FLAC.
    Ogg,
    /// MP4 and QuickTime.
    Mp4,
    /// Matroska and WebM.
    Matroska,
    /// AAC without a container.
    Aac,
    /// AIFF.
    Aiff,
    /// CAF.
    Caf,
}

impl AudioFormat {
    /// Usual file extension, without a dot.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Silk => "silk",
            Self::Amr | Self::AmrWideBand => "amr",
            Self::Wav => "wav",
            Self::Mp3 => "mp3",
            Self::Flac => "flac",
            Self::Ogg => "ogg",
            Self::Mp4 => "m4a",
            Self::Matroska => "mka",
            Self::Aac => "aac",
            Self::Aiff => "aiff",
            Self::Caf => "caf",
        }
    }

    /// Whether QQ plays the format as it is.
    pub const fn is_voice(self) -> bool {
        matches!(self, Self::Silk | Self::Amr)
    }
}

/// Recognises audio by its first 16 bytes. `None` does not mean that it is no audio: an MP3 may begin with other bytes.
pub fn recognise(head: &[u8]) -> Option<AudioFormat> {
    let at =
        |from: usize, magic: &[u8]| head.get(from..).is_some_and(|rest| rest.starts_with(magic));
    Some(match head {
        _ if at(0, SILK) || (at(0, &[2]) && at(1, SILK)) => AudioFormat::Silk,
        _ if at(0, AMR) => AudioFormat::Amr,
        _ if at(0, b"#!AMR-WB\n") => AudioFormat::AmrWideBand,
        _ if at(0, b"RIFF") && at(8, b"WAVE") => AudioFormat::Wav,
        _ if at(0, b"fLaC") => AudioFormat::Flac,
        _ if at(0, b"OggS") => AudioFormat::Ogg,
        _ if at(4, b"ftyp") => AudioFormat::Mp4,
        _ if at(0, b"\x1a\x45\xdf\xa3") => AudioFormat::Matroska,
        _ if at(0, b"FORM") && (at(8, b"AIFF") || at(8, b"AIFC")) => AudioFormat::Aiff,
        _ if at(0, b"caff") => AudioFormat::Caf,
        _ if at(0, b"ID3") => AudioFormat::Mp3,
        // A frame of ADTS has layer 0, a frame of MPEG audio another one.
        [0xff, second, ..] if second & 0xf6 == 0xf0 => AudioFormat::Aac,
        [0xff, second, ..] if second & 0xe0 == 0xe0 && second & 0x06 != 0 => AudioFormat::Mp3,
        _ => return None,
    })
}

/// Why a voice could not be read or made.
#[derive(Debug, Error)]
pub enum VoiceError {
    /// The audio cannot be read.
    #[error(transparent)]
    Container(#[from] ContainerError),
    /// The codec cannot be decoded.
    #[error("the audio has a codec that cannot be decoded")]
    Codec,
    /// The audio has no samples.
    #[error("there is no sound in the file")]
    Empty,
    /// The audio is longer than [`LONGEST`].
    #[error("the audio is longer than {} s", LONGEST.as_secs())]
    TooLong,
    /// The voice is damaged.
    #[error("the voice is damaged")]
    Damaged,
    /// This build has no SILK codec.
    #[error("this build has no voice codec")]
    NoCodec,
}

/// Duration of a SILK or narrow-band AMR file in memory: 20 ms for each block. Damaged files count as far as they go.
///
/// # Errors
/// The bytes are neither.
pub fn duration(bytes: &[u8]) -> Result<Duration, VoiceError> {
    let blocks = match recognise(bytes) {
        Some(AudioFormat::Silk) => silk_blocks(bytes).0,
        Some(AudioFormat::Amr) => amr_frames(bytes.get(AMR.len()..).unwrap_or_default()),
        _ => return Err(VoiceError::Codec),
    };
    Ok(Duration::from_millis(blocks * BLOCK_MILLISECONDS))
}

/// Number of whole blocks, and the position after the last of them.
fn silk_blocks(bytes: &[u8]) -> (u64, usize) {
    let mut at = usize::from(bytes.first() == Some(&2)) + SILK.len();
    let mut blocks = 0;
    while let Some(&[low, high]) = bytes.get(at..at + 2) {
        let length = u16::from_le_bytes([low, high]);
        let end = at + 2 + usize::from(length);
        if length == SILK_END || end > bytes.len() {
            break;
        }
        blocks += 1;
        at = end;
    }
    (blocks, at)
}

/// Number of frames of AMR data without its magic.
fn amr_frames(mut bytes: &[u8]) -> u64 {
    // Bytes after the header of a frame, by its type (RFC 4867, section 5.3). The types that are not listed have no data.
    const LENGTHS: [usize; 9] = [12, 13, 15, 17, 19, 20, 26, 31, 5];
    let mut frames = 0;
    while let Some((head, rest)) = bytes.split_first() {
        let kind = usize::from(head >> 3 & 15);
        let Some(rest) = rest.get(LENGTHS.get(kind).copied().unwrap_or(0)..) else {
            break;
        };
        frames += 1;
        bytes = rest;
    }
    frames
}

/// A SILK file in Tencent's form: with the byte 2 in front and without an end mark (protocol/03 §10.1).
///
/// # Errors
/// The bytes are not SILK, or have no whole block.
pub fn tencent_silk(bytes: &[u8]) -> Result<Vec<u8>, VoiceError> {
    if recognise(bytes) != Some(AudioFormat::Silk) {
        return Err(VoiceError::Codec);
    }
    let (blocks, end) = silk_blocks(bytes);
    if blocks == 0 {
        return Err(VoiceError::Empty);
    }
    let start = usize::from(bytes.first() == Some(&2));
    Ok([&[2], &bytes[start..end]].concat())
}

/// Whether this build can write and decode SILK.
pub const fn has_codec() -> bool {
    cfg!(feature = "silk")
}

/// Encodes samples at [`RATE`] as Tencent's SILK. The last block is filled up with silence.
///
/// # Errors
/// There are no samples, more than [`LONGEST`], or this build has no codec.
pub fn encode(samples: &[i16]) -> Result<Vec<u8>, VoiceError> {
    if samples.is_empty() {
        return Err(VoiceError::Empty);
    }
    if samples.len() as u64 > LONGEST.as_secs() * u64::from(RATE) {
        return Err(VoiceError::TooLong);
    }
    #[cfg(feature = "silk")]
    {
        let encoder = silk_codec::EncoderBuilder::default()
            .sample_rate(RATE.cast_signed())
            .bit_rate(BIT_RATE)
            .tail_policy(silk_codec::TailPolicy::PadWithSilence)
            .build();
        let encoded = encoder.and_then(|mut encoder| encoder.encode(samples, true));
        let encoded = encoded.map_err(|_| VoiceError::Damaged)?;
        debug_assert_eq!(
            silk_blocks(&encoded).0,
            samples.len().div_ceil(BLOCK_SAMPLES) as u64
        );
        Ok(encoded)
    }
    #[cfg(not(feature = "silk"))]
    Err(VoiceError::NoCodec)
}

/// Decodes a SILK file to samples at [`RATE`].
///
/// # Errors
/// The bytes are not SILK or are damaged, there are more than [`LONGEST`], or this build has no codec.
pub fn decode_silk(bytes: &[u8]) -> Result<Vec<i16>, VoiceError> {
    if duration(bytes)? > LONGEST {
        return Err(VoiceError::TooLong);
    }
    let whole = tencent_silk(bytes)?;
    #[cfg(feature = "silk")]
    {
        let decoder = silk_codec::DecoderBuilder::default()
            .sample_rate(RATE.cast_signed())
            .build();
        let decoded = decoder.and_then(|mut decoder| decoder.decode(&whole));
        decoded.map_err(|_| VoiceError::Damaged)
    }
    #[cfg(not(feature = "silk"))]
    {
        drop(whole);
        Err(VoiceError::NoCodec)
    }
}

/// A WAV file of samples at [`RATE`].
pub fn wav(samples: &[i16]) -> Vec<u8> {
    let size = u32::try_from(samples.len() * 2).unwrap_or(u32::MAX - 36);
    let mut file = Vec::with_capacity(44 + samples.len() * 2);
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&(size + 36).to_le_bytes());
    file.extend_from_slice(b"WAVEfmt ");
    // PCM, one channel, 16 bits.
    for part in [
        16_u32.to_le_bytes(),
        [1, 0, 1, 0],
        RATE.to_le_bytes(),
        (RATE * 2).to_le_bytes(),
    ] {
        file.extend_from_slice(&part);
    }
    file.extend_from_slice(&[2, 0, 16, 0]);
    file.extend_from_slice(b"data");
    file.extend_from_slice(&size.to_le_bytes());
    for sample in samples {
        file.extend_from_slice(&sample.to_le_bytes());
    }
    file
}

/// Decodes audio of any known format except SILK and AMR to one channel at [`RATE`]. `size`: size of the file in bytes.
/// A file that ends early is decoded as far as it goes.
///
/// # Errors
/// The format or the codec is unknown, there is no sound, or there is more than [`LONGEST`].
pub fn decode(
    reader: impl Read + Seek + Send + Sync + 'static,
    size: u64,
) -> Result<Vec<i16>, VoiceError> {
    let mut format = container::open(reader, size)?;
    let track = format
        .default_track(TrackType::Audio)
        .ok_or(ContainerError::NoTrack("audio"))?;
    let Some(CodecParameters::Audio(params)) = &track.codec_params else {
        return Err(VoiceError::Codec);
    };
    let id = track.id;
    let mut decoder = if params.codec == CODEC_ID_OPUS {
        Decoder::opus(params.extra_data.as_deref())?
    } else {
        let decoder = symphonia::default::get_codecs()
            .make_audio_decoder(params, &AudioDecoderOptions::default());
        Decoder::Other(decoder.map_err(|_| VoiceError::Codec)?)
    };
    let mut output = Output::default();
    let mut bad = 0;
    // An error ends the audio as its end does: what was read before it counts.
    while let Ok(Some(packet)) = format.next_packet() {
        if packet.track_id != id {
            continue;
        }
        if decoder.decode(&packet, &mut output)? {
            bad = 0;
        } else {
            bad += 1;
            if bad > MAX_BAD_PACKETS {
                break;
            }
        }
    }
    output.finish()
}

enum Decoder {
    Opus {
        decoder: Box<OpusDecoder>,
        channels: usize,
        /// Samples at the start that are not part of the sound.
        skipped: usize,
        buffer: Vec<f32>,
    },
    Other(Box<dyn AudioDecoder>),
}

impl Decoder {
    /// Opus always decodes at this rate.
    const OPUS_RATE: u32 = 48_000;

    /// `head`: the header of the stream, RFC 7845, section 5.1.
    fn opus(head: Option<&[u8]>) -> Result<Self, VoiceError> {
        let head = head.unwrap_or_default();
        let channels = match head.get(9) {
            Some(1) | None => 1,
            Some(2) => 2,
            Some(_) => return Err(VoiceError::Codec),
        };
        let skipped = match head.get(10..12) {
            Some(&[low, high]) => usize::from(u16::from_le_bytes([low, high])),
            _ => 0,
        };
        let decoder = OpusDecoder::new(Self::OPUS_RATE, channels).map_err(|_| VoiceError::Codec)?;
        let buffer = vec![0.0; decoder.max_frame_size_per_channel() * channels];
        Ok(Self::Opus {
            decoder: Box::new(decoder),
            channels,
            skipped,
            buffer,
        })
    }

    /// Decodes a packet; returns whether it was good.
    fn decode(
        &mut self,
        packet: &symphonia::core::packet::Packet,
        output: &mut Output,
    ) -> Result<bool, VoiceError> {
        match self {
            Self::Opus {
                decoder,
                channels,
                skipped,
                buffer,
            } => {
                if packet.data.is_empty() {
                    return Ok(false);
                }
                let Ok(samples) = decoder.decode_float(&packet.data, buffer, false) else {
                    return Ok(false);
                };
                let dropped = samples.min(*skipped);
                *skipped -= dropped;
                let samples = buffer
                    .get(dropped * *channels..samples * *channels)
                    .unwrap_or_default();
                output.add(Self::OPUS_RATE, *channels, samples)?;
                Ok(true)
            }
            Self::Other(decoder) => match decoder.decode(packet) {
                Ok(buffer) => {
                    let (rate, channels) = (buffer.spec().rate(), buffer.spec().channels().count());
                    let mut samples = Vec::new();
                    buffer.copy_to_vec_interleaved::<f32>(&mut samples);
                    output.add(rate, channels, &samples)?;
                    Ok(true)
                }
                Err(ReadError::ResetRequired) => {
                    decoder.reset();
                    Ok(false)
                }
                Err(_) => Ok(false),
            },
        }
    }
}

/// Mixes channels, resamples, and collects the sound.
#[derive(Default)]
struct Output {
    samples: Vec<i16>,
    resampler: Option<(u32, Resample)>,
}

impl Output {
    fn add(&mut self, rate: u32, channels: usize, interleaved: &[f32]) -> Result<(), VoiceError> {
        if channels == 0 || interleaved.is_empty() {
            return Ok(());
        }
        if !RATES.contains(&rate) {
            return Err(VoiceError::Codec);
        }
        #[allow(clippy::cast_precision_loss, reason = "a count of channels is small")]
        let scale = 1.0 / channels as f32;
        let mono = interleaved
            .chunks_exact(channels)
            .map(|frame| frame.iter().sum::<f32>() * scale);
        if rate == RATE && self.resampler.is_none() {
            self.samples.extend(mono.map(sample));
        } else {
            // A stream whose rate changes gets another resampler from there.
            if self
                .resampler
                .as_ref()
                .is_none_or(|(before, _)| *before != rate)
            {
                if let Some((_, mut before)) = self.resampler.take() {
                    before.finish(&mut self.samples)?;
                }
                self.resampler = Some((rate, Resample::new(rate)?));
            }
            if let Some((_, resampler)) = &mut self.resampler {
                resampler.waiting.extend(mono);
                resampler.run(&mut self.samples)?;
            }
        }
        if self.samples.len() as u64 > LONGEST.as_secs() * u64::from(RATE) {
            return Err(VoiceError::TooLong);
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Vec<i16>, VoiceError> {
        if let Some((_, mut resampler)) = self.resampler.take() {
            resampler.finish(&mut self.samples)?;
        }
        if self.samples.is_empty() {
            return Err(VoiceError::Empty);
        }
        Ok(self.samples)
    }
}

/// A sample between -1 and 1 as a 16-bit number.
#[allow(
    clippy::cast_possible_truncation,
    reason = "the value was clamped; NaN becomes 0"
)]
fn sample(value: f32) -> i16 {
    (value * 32_768.0).clamp(-32_768.0, 32_767.0) as i16
}

/// Resamples one channel to [`RATE`].
struct Resample {
    fft: Fft<f32>,
    /// Samples that were not resampled yet.
    waiting: Vec<f32>,
    /// Samples read so far, at the rate of the input.
    read: u64,
    /// Samples written so far.
    written: u64,
    /// Samples that the resampler writes before the sound.
    delay: usize,
    rate: u32,
}

impl Resample {
    fn new(rate: u32) -> Result<Self, VoiceError> {
        let fft = Fft::new(rate as usize, RATE as usize, CHUNK, 1, FixedSync::Input)
            .map_err(|_| VoiceError::Codec)?;
        let delay = fft.output_delay();
        Ok(Self {
            fft,
            waiting: Vec::new(),
            read: 0,
            written: 0,
            delay,
            rate,
        })
    }

    /// Resamples the whole chunks that wait.
    fn run(&mut self, samples: &mut Vec<i16>) -> Result<(), VoiceError> {
        loop {
            let needed = self.fft.input_frames_next();
            if self.waiting.len() < needed {
                return Ok(());
            }
            self.chunk(needed, samples, u64::MAX)?;
        }
    }

    /// Resamples a chunk that has this many samples, and writes at most `limit` samples in all.
    fn chunk(
        &mut self,
        length: usize,
        samples: &mut Vec<i16>,
        limit: u64,
    ) -> Result<(), VoiceError> {
        let indexing = Indexing {
            partial_len: Some(length),
            ..Indexing::default()
        };
        let input = SequentialSlice::new(&self.waiting, 1, self.waiting.len())
            .map_err(|_| VoiceError::Damaged)?;
        let output = self
            .fft
            .process(&input, Some(&indexing))
            .map_err(|_| VoiceError::Damaged)?
            .take_data();
        self.waiting.drain(..length);
        self.read += length as u64;
        let dropped = output.len().min(self.delay);
        self.delay -= dropped;
        let room = usize::try_from(limit - self.written.min(limit)).unwrap_or(usize::MAX);
        let kept = output[dropped..].iter().take(room);
        self.written += kept.len() as u64;
        samples.extend(kept.map(|value| sample(*value)));
        Ok(())
    }

    /// Resamples the rest, and what is still inside the resampler.
    fn finish(&mut self, samples: &mut Vec<i16>) -> Result<(), VoiceError> {
        let total = self.read + self.waiting.len() as u64;
        let wanted = (total * u64::from(RATE)).div_ceil(u64::from(self.rate));
        while self.written < wanted {
            let length = self.waiting.len().min(self.fft.input_frames_next());
            if length == 0 {
                // Silence pushes the last samples out.
                let needed = self.fft.input_frames_next();
                self.waiting.resize(needed, 0.0);
                self.chunk(needed, samples, wanted)?;
            } else {
                self.chunk(length, samples, wanted)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    /// A tone of 440 Hz in a WAV file.
    fn tone(rate: u32, channels: u16, milliseconds: u32) -> Vec<u8> {
        let frames = u64::from(rate) * u64::from(milliseconds) / 1000;
        let mut data = Vec::new();
        for frame in 0..frames {
            #[allow(clippy::cast_precision_loss, reason = "a test tone")]
            let value = (frame as f32 * 440.0 * std::f32::consts::TAU / rate as f32).sin() * 0.5;
            for _ in 0..channels {
                data.extend_from_slice(&sample(value).to_le_bytes());
            }
        }
        let mut file = b"RIFF".to_vec();
        let length = u32::try_from(data.len()).expect("short");
        file.extend_from_slice(&(length + 36).to_le_bytes());
        file.extend_from_slice(b"WAVEfmt \x10\0\0\0\x01\0");
        file.extend_from_slice(&channels.to_le_bytes());
        file.extend_from_slice(&rate.to_le_bytes());
        file.extend_from_slice(&(rate * u32::from(channels) * 2).to_le_bytes());
        file.extend_from_slice(&(channels * 2).to_le_bytes());
        file.extend_from_slice(&16_u16.to_le_bytes());
        file.extend_from_slice(b"data");
        file.extend_from_slice(&length.to_le_bytes());
        file.extend_from_slice(&data);
        file
    }

    fn decoded(file: Vec<u8>) -> Result<Vec<i16>, VoiceError> {
        let size = file.len() as u64;
        decode(Cursor::new(file), size)
    }

    #[test]
    fn rates_and_channels_become_one_channel_of_24_khz() {
        for (rate, channels) in [
            (24_000, 1),
            (44_100, 2),
            (48_000, 1),
            (8_000, 1),
            (16_000, 2),
        ] {
            let samples = decoded(tone(rate, channels, 1_000)).expect("sound");
            assert_eq!(samples.len(), 24_000, "{rate} Hz, {channels} channels");
            // 440 periods a second cross zero 880 times.
            let crossings = samples
                .windows(2)
                .filter(|pair| (pair[0] < 0) != (pair[1] < 0))
                .count();
            assert!((870..=890).contains(&crossings), "{rate} Hz: {crossings}");
            let loudest = samples.iter().map(|sample| sample.unsigned_abs()).max();
            assert!(
                loudest.is_some_and(|loudest| (15_000..18_000).contains(&loudest)),
                "{rate}: {loudest:?}"
            );
        }
    }

    #[test]
    fn own_wav_file_is_read_back() {
        let samples: Vec<i16> = (0..4_800_i16).map(|index| index * 3).collect();
        assert_eq!(decoded(wav(&samples)).expect("sound"), samples);
    }

    #[test]
    fn file_without_sound_and_too_long_file_are_refused() {
        assert!(matches!(
            decoded(tone(24_000, 1, 0)),
            Err(VoiceError::Empty)
        ));
        assert!(decoded(b"plain text".to_vec()).is_err());
        assert!(decoded(Vec::new()).is_err());
        let long = wav(&vec![0; 24_000 * 601]);
        assert!(matches!(decoded(long), Err(VoiceError::TooLong)));
        assert!(matches!(encode(&[]), Err(VoiceError::Empty)));
    }

    #[test]
    fn formats_are_recognised() {
        for (head, format) in [
            (&b"\x02#!SILK_V3"[..], AudioFormat::Silk),
            (b"#!SILK_V3", AudioFormat::Silk),
            (b"#!AMR\n<", AudioFormat::Amr),
            (b"#!AMR-WB\n", AudioFormat::AmrWideBand),
            (b"RIFF....WAVEfmt ", AudioFormat::Wav),
            (b"ID3\x04", AudioFormat::Mp3),
            (b"\xff\xfb\x90\x00", AudioFormat::Mp3),
            (b"\xff\xf3\x90\x00", AudioFormat::Mp3),
            (b"\xff\xf1\x50\x80", AudioFormat::Aac),
            (b"OggS\x00", AudioFormat::Ogg),
            (b"fLaC", AudioFormat::Flac),
            (b"\0\0\0\x20ftypisom", AudioFormat::Mp4),
            (b"\x1a\x45\xdf\xa3", AudioFormat::Matroska),
        ] {
            assert_eq!(recognise(head), Some(format), "{head:?}");
        }
        for head in [&b""[..], b"\xff", b"\x02", b"RIFF....WEBP", b"hello"] {
            assert_eq!(recognise(head), None, "{head:?}");
        }
    }

    #[test]
    fn amr_frames_are_counted() {
        let frame = [&[0x3c][..], &[0; 31]].concat();
        let file = [AMR, &frame.repeat(50), &frame[..9]].concat();
        assert_eq!(duration(&file).expect("AMR"), Duration::from_secs(1));
    }

    #[cfg(feature = "silk")]
    #[test]
    fn encoded_voice_has_whole_blocks_and_is_decoded_again() {
        let samples = decoded(tone(44_100, 2, 1_990)).expect("sound");
        let silk = encode(&samples).expect("encoded");
        assert!(silk.starts_with(b"\x02#!SILK_V3"));
        // 1.99 s are 99 blocks and a half; the half is filled up.
        assert_eq!(duration(&silk).expect("SILK"), Duration::from_secs(2));
        assert_eq!(tencent_silk(&silk).expect("SILK"), silk);
        let again = decode_silk(&silk).expect("decoded");
        assert_eq!(again.len(), 48_000);
        let loudest = again.iter().map(|sample| sample.unsigned_abs()).max();
        assert!(
            loudest.is_some_and(|loudest| loudest > 10_000),
            "{loudest:?}"
        );
    }

    #[cfg(not(feature = "silk"))]
    #[test]
    fn build_without_codec_says_so() {
        assert!(!has_codec());
        assert!(matches!(encode(&[0; 480]), Err(VoiceError::NoCodec)));
    }
}
