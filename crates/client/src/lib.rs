//! A QQ client as an async library.
