//! The gateway over real loopback sockets, with clients from other projects (reqwest, tungstenite).

mod bot;
mod filter;
mod http;
mod life;
mod metrics;
mod mounts;
mod online;
mod order;
mod pace;
mod proxy;
mod reload;
mod reverse;
mod slow;
mod sse;
mod stream;
mod support;
mod tls;
mod webhook;
mod ws;
