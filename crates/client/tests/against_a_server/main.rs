//! Tests of the client against a small server that each test controls step by step.

mod faults;
mod friends;
mod gaps;
mod log_in;
mod names;
mod order;
mod server;
