//! api/actions §3.5.

mod activities;
mod background;
mod details;
mod everybody;
mod honors;
mod list;
mod members;
mod signed;
