//! api/actions §3.16, and the connections themselves.

mod bad_days;
mod connections;
mod hostile_frames;
mod other_clients;
mod page;
mod recovery;
mod reverse;
mod safety;
mod seeds;
mod status;
mod webhook;
