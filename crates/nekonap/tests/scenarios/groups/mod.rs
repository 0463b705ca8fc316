//! api/actions §3.5.

mod background;
mod activities;
mod details;
mod everybody;
mod honors;
mod list;
mod members;
mod signed;
