//! The meaning: OneBot actions and events over a QQ client.
