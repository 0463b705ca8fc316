//! Format and size of a picture, read from its header (protocol/02 §3.7).

use imagesize::{ImageError as HeadError, ImageType};
use thiserror::Error;

/// Maximum width and height in pixels. QQ shows no larger pictures, so a header with a larger size is refused.
pub const LARGEST_SIDE: u32 = 30_000;

/// Header of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Picture {
    /// File format.
    pub format: Format,
    /// Width in pixels, 1 to [`LARGEST_SIDE`].
    pub width: u32,
    /// Height in pixels, 1 to [`LARGEST_SIDE`].
    pub height: u32,
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
}

/// Reads format and size from the bytes of a picture.
///
/// # Errors
/// The format is unknown, the header is damaged, or the size is out of range.
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
    fn headers_of_small_gif_and_png_are_read() {
        let gif = b"GIF89a\x01\x00\x02\x00\x00\x00\x00;";
        let read = picture(gif).expect("a picture");
        assert_eq!((read.format, read.width, read.height), (Format::Gif, 1, 2));
        let png = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x00\x00\x00\x03\x00\x00\x00\x04\x08\x06\x00\x00\x00";
        let read = picture(png).expect("a picture");
        assert_eq!((read.format, read.width, read.height), (Format::Png, 3, 4));
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
