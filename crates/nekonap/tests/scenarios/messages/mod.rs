//! api/actions §3.1.

mod button;
mod conversations;
mod fetch;
mod ids;
mod limits;
mod names;
mod order;
mod poke;
mod reaction;
mod recall;
mod receive;
mod reply;
mod segments;
mod send;
mod single_forward;
