//! Format, size and animation of a picture, read from its header (protocol/03 §10.2).

use std::io::{BufRead, Cursor, ErrorKind, Read, Seek, SeekFrom};

use imagesize::{ImageError as HeadError, ImageType};
use thiserror::Error;

/// Maximum width and height in pixels. QQ shows no larger pictures, so a header with a larger size is refused.
pub const LARGEST_SIDE: u32 = 30_000;

/// How many blocks of a picture are looked at to find its second frame. A real picture has its first frame in fewer.
const MAX_BLOCKS: usize = 1_000_000;

/// Header of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Picture {
    /// File format.
    pub format: Format,
    /// Width in pixels, 1 to [`LARGEST_SIDE`].
    pub width: u32,
    /// Height in pixels, 1 to [`LARGEST_SIDE`].
    pub height: u32,
    /// Whether the picture has several frames.
    pub animated: bool,
}

/// Picture formats that QQ supports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// WebP.
    Webp,
    /// BMP.
    Bmp,
    /// GIF.
    Gif,
}

impl Format {
    /// Number of the format on the wire (protocol/02 §3.7).
    pub const fn number(self) -> u32 {
        match self {
            Self::Jpeg => 1000,
            Self::Png => 1001,
            Self::Webp => 1002,
            Self::Bmp => 1005,
            Self::Gif => 2000,
        }
    }

    /// Usual file extension, without a dot.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Webp => "webp",
            Self::Bmp => "bmp",
            Self::Gif => "gif",
        }
    }
}

/// Why the header of a picture could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ImageError {
    /// The format is not one of [`Format`].
    #[error("the file is not a JPEG, PNG, WebP, BMP or GIF picture")]
    Unknown,
    /// The header is incomplete or contradictory.
    #[error("the header of the picture is damaged")]
    Damaged,
    /// Width or height is 0 or larger than [`LARGEST_SIDE`].
    #[error("the size of the picture, {0} × {1} pixels, is out of range")]
    Size(usize, usize),
    /// The reader failed.
    #[error("the picture cannot be read: {0}")]
    Io(ErrorKind),
}

/// Reads format, size and animation from the bytes of a picture.
///
/// # Errors
/// The format is unknown, the header is damaged, or the size is out of range.
pub fn picture(bytes: &[u8]) -> Result<Picture, ImageError> {
    read_picture(&mut Cursor::new(bytes))
}

/// Like [`picture`], from a reader. Reads the header, and the first frame of a GIF.
///
/// # Errors
/// As [`picture`]; the reader fails.
pub fn read_picture(reader: &mut (impl BufRead + Seek)) -> Result<Picture, ImageError> {
    let mut head = [0; 32];
    let read = read_up_to(reader, &mut head)?;
    let format = match imagesize::image_type(&head[..read]).map_err(|_| ImageError::Unknown)? {
        ImageType::Jpeg => Format::Jpeg,
        ImageType::Png => Format::Png,
        ImageType::Webp => Format::Webp,
        ImageType::Bmp => Format::Bmp,
        ImageType::Gif => Format::Gif,
        _ => return Err(ImageError::Unknown),
    };
    rewind(reader, 0)?;
    let size = imagesize::reader_size(&mut *reader).map_err(|error| match error {
        HeadError::NotSupported => ImageError::Unknown,
        HeadError::IoError(error) if error.kind() != ErrorKind::UnexpectedEof => {
            ImageError::Io(error.kind())
        }
        _ => ImageError::Damaged,
    })?;
    let checked = |pixels: usize| {
        u32::try_from(pixels)
            .ok()
            .filter(|pixels| (1..=LARGEST_SIDE).contains(pixels))
            .ok_or(ImageError::Size(size.width, size.height))
    };
    let animated = match format {
        Format::Gif => gif_has_two_frames(reader),
        Format::Png => png_has_animation(reader),
        // Bit 1 of the flags of an extended header.
        Format::Webp => head.get(12..16) == Some(b"VP8X") && head[20] & 2 != 0,
        Format::Jpeg | Format::Bmp => false,
    };
    Ok(Picture {
        format,
        width: checked(size.width)?,
        height: checked(size.height)?,
        animated,
    })
}

fn rewind(reader: &mut impl Seek, to: u64) -> Result<(), ImageError> {
    let moved = reader.seek(SeekFrom::Start(to));
    moved
        .map(drop)
        .map_err(|error| ImageError::Io(error.kind()))
}

fn read_up_to(reader: &mut impl Read, buffer: &mut [u8]) -> Result<usize, ImageError> {
    let mut filled = 0;
    while filled < buffer.len() {
        match reader.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(ImageError::Io(error.kind())),
        }
    }
    Ok(filled)
}

/// Whether a second frame follows the first. A GIF that ends early counts as far as it goes.
fn gif_has_two_frames(reader: &mut (impl BufRead + Seek)) -> bool {
    fn byte(reader: &mut impl Read) -> Option<u8> {
        let mut byte = [0];
        reader.read_exact(&mut byte).ok()?;
        Some(byte[0])
    }
    fn skip(reader: &mut impl Seek, bytes: i64) -> Option<()> {
        reader.seek_relative(bytes).ok()
    }
    /// Bytes of a color table, by the flags that announce it.
    fn table(flags: u8) -> i64 {
        if flags & 0x80 == 0 {
            0
        } else {
            3 << ((flags & 7) + 1)
        }
    }
    let mut scan = || {
        reader.seek(SeekFrom::Start(10)).ok()?;
        let flags = byte(reader)?;
        skip(reader, 2 + table(flags))?;
        let mut frames = 0;
        let mut blocks = 0;
        loop {
            match byte(reader)? {
                0x2c => {
                    frames += 1;
                    if frames == 2 {
                        return Some(true);
                    }
                    skip(reader, 8)?;
                    let flags = byte(reader)?;
                    // The local color table, and the code size.
                    skip(reader, table(flags) + 1)?;
                }
                0x21 => skip(reader, 1)?,
                _ => return Some(false),
            }
            loop {
                let length = byte(reader)?;
                blocks += 1;
                if blocks > MAX_BLOCKS {
                    return None;
                }
                if length == 0 {
                    break;
                }
                skip(reader, i64::from(length))?;
            }
        }
    };
    scan().unwrap_or(false)
}

/// Whether the control chunk of an animation comes before the pixels.
fn png_has_animation(reader: &mut (impl BufRead + Seek)) -> bool {
    let mut scan = || {
        reader.seek(SeekFrom::Start(8)).ok()?;
        for _ in 0..MAX_BLOCKS {
            let mut head = [0; 8];
            reader.read_exact(&mut head).ok()?;
            let [a, b, c, d, kind @ ..] = head;
            match &kind {
                b"acTL" => return Some(true),
                b"IDAT" | b"IEND" => return Some(false),
                _ => {}
            }
            // With the checksum.
            let length = u32::from_be_bytes([a, b, c, d]);
            reader.seek_relative(i64::from(length) + 4).ok()?;
        }
        None
    };
    scan().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_small_gif_and_png_are_read() {
        let gif = b"GIF89a\x01\x00\x02\x00\x00\x00\x00;";
        let read = picture(gif).expect("a picture");
        assert_eq!((read.format, read.width, read.height), (Format::Gif, 1, 2));
        let png = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x00\x00\x00\x03\x00\x00\x00\x04\x08\x06\x00\x00\x00";
        let read = picture(png).expect("a picture");
        assert_eq!((read.format, read.width, read.height), (Format::Png, 3, 4));
        assert!(!read.animated);
    }

    #[test]
    fn second_frame_makes_a_gif_animated() {
        let head = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff".to_vec();
        let extension = b"\x21\xf9\x04\x00\x00\x00\x00\x00";
        let frame = b"\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00";
        let still = [&head[..], extension, frame, b";"].concat();
        assert!(!picture(&still).expect("a picture").animated);
        let moving = [&head[..], extension, frame, extension, frame, b";"].concat();
        assert!(picture(&moving).expect("a picture").animated);
        let cut = &moving[..moving.len() - frame.len() - 3];
        assert!(!picture(cut).expect("a picture").animated);
    }

    #[test]
    fn control_chunk_makes_a_png_animated() {
        let head = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x00\x00\x00\x03\x00\x00\x00\x04\x08\x06\x00\x00\x00crc!";
        let control = b"\x00\x00\x00\x08acTL\x00\x00\x00\x02\x00\x00\x00\x00crc!";
        let pixels = b"\x00\x00\x00\x00IDATcrc!";
        let moving = [&head[..], control, pixels].concat();
        assert!(picture(&moving).expect("a picture").animated);
        let late = [&head[..], pixels, control].concat();
        assert!(!picture(&late).expect("a picture").animated);
    }

    #[test]
    fn flag_of_the_extended_header_makes_a_webp_animated() {
        let of = |flags: u8| {
            let head = b"RIFF\x1e\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00";
            [&head[..], &[flags, 0, 0, 0, 2, 0, 0, 3, 0, 0], &[0; 16]].concat()
        };
        let read = picture(&of(2)).expect("a picture");
        assert_eq!(
            (read.format, read.width, read.height, read.animated),
            (Format::Webp, 3, 4, true)
        );
        assert!(!picture(&of(0)).expect("a picture").animated);
    }

    #[test]
    fn jpeg_and_bmp_have_their_size_after_other_data() {
        let exif = [&b"\xff\xd8\xff\xe1\xff\xff"[..], &vec![7; 0xfffd]].concat();
        let jpeg = [
            &exif[..],
            b"\xff\xc0\x00\x11\x08\x00\x05\x00\x06\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01\xff\xd9",
        ]
        .concat();
        let read = picture(&jpeg).expect("a picture");
        assert_eq!((read.format, read.width, read.height), (Format::Jpeg, 6, 5));
        let mut bmp = vec![0; 54];
        bmp[..2].copy_from_slice(b"BM");
        bmp[14] = 40;
        bmp[18] = 7;
        bmp[22] = 8;
        let read = picture(&bmp).expect("a picture");
        assert_eq!((read.format, read.width, read.height), (Format::Bmp, 7, 8));
    }

    #[test]
    fn invalid_pictures_are_refused() {
        assert_eq!(picture(b""), Err(ImageError::Unknown));
        assert_eq!(
            picture(b"plain text, and long enough for any header"),
            Err(ImageError::Unknown)
        );
        let vast = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x7f\xff\xff\xff\x00\x00\x00\x04\x08\x06\x00\x00\x00";
        assert!(matches!(picture(vast), Err(ImageError::Size(..))));
    }
}
