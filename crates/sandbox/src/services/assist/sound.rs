//! The sound of the sandbox's AI voices: a short tone for each character of the text, as a WAV file.

use std::f64::consts::TAU;

/// Samples per second.
const RATE: u32 = 8_000;
/// Samples of one character of the text: 80 ms.
const SAMPLES: u32 = RATE * 80 / 1_000;
/// Loudness, at most 32,767.
const AMPLITUDE: f64 = 8_000.0;

/// The sound of a text with a character's pitch in hertz: 16-bit mono WAV.
pub(super) fn wav(text: &str, pitch: f64) -> Vec<u8> {
    let mut samples = Vec::new();
    for letter in text.chars() {
        // Five notes in an octave; anything but letters and digits is a pause.
        let note = letter
            .is_alphanumeric()
            .then(|| pitch * 2_f64.powf(f64::from(u32::from(letter) % 5) / 5.0));
        for at in 0..SAMPLES {
            let envelope = (TAU / 2.0 * f64::from(at) / f64::from(SAMPLES)).sin();
            let wave = note.map_or(0.0, |note| {
                (TAU * note * f64::from(at) / f64::from(RATE)).sin()
            });
            #[allow(clippy::cast_possible_truncation)] // At most the amplitude.
            let sample = (AMPLITUDE * envelope * wave) as i16;
            samples.extend_from_slice(&sample.to_le_bytes());
        }
    }
    let size = u32::try_from(samples.len()).unwrap_or(u32::MAX);
    let mut file = Vec::with_capacity(44 + samples.len());
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&size.saturating_add(36).to_le_bytes());
    file.extend_from_slice(b"WAVEfmt ");
    file.extend_from_slice(&16_u32.to_le_bytes());
    // PCM, one channel.
    file.extend_from_slice(&[1, 0, 1, 0]);
    file.extend_from_slice(&RATE.to_le_bytes());
    file.extend_from_slice(&(RATE * 2).to_le_bytes());
    // Two bytes per sample, 16 bits.
    file.extend_from_slice(&[2, 0, 16, 0]);
    file.extend_from_slice(b"data");
    file.extend_from_slice(&size.to_le_bytes());
    file.extend_from_slice(&samples);
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_is_a_wav_whose_length_follows_the_text() {
        let file = wav("ab ", 440.0);
        assert_eq!(file.len(), 44 + 3 * 640 * 2);
        assert_eq!(&file[..4], b"RIFF");
        assert_eq!(&file[4..8], &(36 + 3_840_u32).to_le_bytes());
        assert_eq!(&file[8..16], b"WAVEfmt ");
        assert_eq!(&file[36..44], [b'd', b'a', b't', b'a', 0x00, 0x0f, 0, 0]);
        let (spoken, pause) = file[44..].split_at(2 * 640 * 2);
        assert!(spoken.iter().any(|byte| *byte != 0));
        assert!(pause.iter().all(|byte| *byte == 0));
        assert_ne!(file, wav("ab ", 220.0));
    }
}
