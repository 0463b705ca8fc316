//! The real binary: its ready line, its signals, `kill -9`, and what it says when something is in the way.

mod command_line;
mod program;
mod running;
mod survival;
