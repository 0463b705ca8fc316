//! api/actions §3.13.

mod contact;
mod mini_app;
mod music;
