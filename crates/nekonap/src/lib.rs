//! A QQ protocol endpoint for bot frameworks, with a sandbox to test against.
