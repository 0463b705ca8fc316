//! Bytes of files: uploads by highway, and links to what was uploaded. protocol/03 §3, §5

mod avatar;
mod highway;
mod link;
mod local_file;
mod ocr;
mod rkeys;
mod upload;
mod voice_text;

pub use highway::HighwayUpload;
pub(crate) use highway::KeptHighway;
pub(crate) use link::KeptLinks;
pub use local_file::LocalFile;
pub use ocr::{FoundText, PictureText};
pub(crate) use rkeys::KeptRkeys;
pub use rkeys::Rkey;
pub use upload::{PictureFacts, VideoFacts};
pub(crate) use voice_text::VoiceTexts;
