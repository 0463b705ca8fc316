//! Translation, AI voices and word slices.

mod translate;
mod url;
mod voice;
