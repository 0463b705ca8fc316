//! The gateway over real sockets of this machine, with clients that are not ours.

mod bot;
mod http;
mod life;
mod mounts;
mod order;
mod reverse;
mod sse;
mod support;
mod webhook;
mod ws;
