//! Translation, AI voices and word slices.

mod translate;
mod voice;
