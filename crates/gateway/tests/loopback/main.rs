//! The gateway over real loopback sockets, with clients from other projects (reqwest, tungstenite).

mod bot;
mod http;
mod life;
mod metrics;
mod mounts;
mod order;
mod reverse;
mod sse;
mod support;
mod webhook;
mod ws;
