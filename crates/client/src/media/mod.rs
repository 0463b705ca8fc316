//! Bytes of files: uploads by highway, and links to what was uploaded. protocol/03 §3, §5

mod highway;
mod link;
mod local_file;
mod rkeys;
mod upload;

pub use highway::HighwayUpload;
pub(crate) use highway::KeptHighway;
pub(crate) use link::KeptLinks;
pub use local_file::LocalFile;
pub(crate) use rkeys::KeptRkeys;
pub use rkeys::Rkey;
pub use upload::{PictureFacts, VideoFacts};
