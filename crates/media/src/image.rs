//! What the head of a picture tells: its format and its size. protocol/02 §3.7

use imagesize::{ImageError as HeadError, ImageType};
use thiserror::Error;

/// The most pixels of a side: QQ shows none that are larger, and no header that says more is believed.
pub const LARGEST_SIDE: u32 = 30_000;

/// A picture, as far as its head tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Picture {
    /// Its format.
    pub format: Format,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
}

/// The formats that QQ knows.
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
    /// The number that names it on the wire. protocol/02 §3.7
    pub const fn number(self) -> u32 {
        match self {
            Self::Jpeg => 1000,
            Self::Png => 1001,
            Self::Webp => 1002,
            Self::Bmp => 1005,
            Self::Gif => 2000,
        }
    }

    /// The usual ending of a file's name.
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

/// Why bytes are no picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ImageError {
    /// No format that QQ knows.
    #[error("these bytes are no JPEG, PNG, WebP, BMP or GIF")]
    Unknown,
    /// The head breaks off or contradicts itself.
    #[error("the head of the picture is damaged")]
    Damaged,
    /// A side is 0, or longer than [`LARGEST_SIDE`].
    #[error("a picture of {0} × {1} pixels is not believed")]
    Size(usize, usize),
}

/// Reads the head of a picture.
///
/// # Errors
/// See [`ImageError`].
pub fn picture(bytes: &[u8]) -> Result<Picture, ImageError> {
    let format = match imagesize::image_type(bytes).map_err(|_| ImageError::Unknown)? {
        ImageType::Jpeg => Format::Jpeg,
        ImageType::Png => Format::Png,
        ImageType::Webp => Format::Webp,
        ImageType::Bmp => Format::Bmp,
        ImageType::Gif => Format::Gif,
        _ => return Err(ImageError::Unknown),
    };
    let size = imagesize::blob_size(bytes).map_err(|error| match error {
        HeadError::NotSupported => ImageError::Unknown,
        _ => ImageError::Damaged,
    })?;
    let checked = |pixels: usize| {
        u32::try_from(pixels)
            .ok()
            .filter(|pixels| (1..=LARGEST_SIDE).contains(pixels))
            .ok_or(ImageError::Size(size.width, size.height))
    };
    Ok(Picture {
        format,
        width: checked(size.width)?,
        height: checked(size.height)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_gif_and_png_are_read() {
        let gif = b"GIF89a\x01\x00\x02\x00\x00\x00\x00;";
        let read = picture(gif).expect("a picture");
        assert_eq!((read.format, read.width, read.height), (Format::Gif, 1, 2));
        let png = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x00\x00\x00\x03\x00\x00\x00\x04\x08\x06\x00\x00\x00";
        let read = picture(png).expect("a picture");
        assert_eq!((read.format, read.width, read.height), (Format::Png, 3, 4));
    }

    #[test]
    fn what_is_none_is_refused() {
        assert_eq!(picture(b""), Err(ImageError::Unknown));
        assert_eq!(
            picture(b"plain text, and long enough for any head"),
            Err(ImageError::Unknown)
        );
        let vast = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x7f\xff\xff\xff\x00\x00\x00\x04\x08\x06\x00\x00\x00";
        assert!(matches!(picture(vast), Err(ImageError::Size(..))));
    }
}
