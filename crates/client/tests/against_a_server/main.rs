//! The client against a server of a few lines, which does exactly what a test tells it to.

mod bad_days;
mod gaps;
mod log_in;
mod names;
mod order;
mod server;
