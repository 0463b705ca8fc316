//! api/actions §3.16, connections, faults, and the sandbox.

mod acceptance;
mod connections;
mod faults;
mod hostile_frames;
mod logged_out;
mod misbehaving;
mod other_clients;
mod packet;
mod page;
mod polling;
mod recovery;
mod replay;
mod restart;
mod reverse;
mod safety;
mod seeds;
mod status;
mod webhook;
