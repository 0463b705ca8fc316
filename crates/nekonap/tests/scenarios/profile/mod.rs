//! api/actions §3.12.

mod avatar;
mod devices;
mod model;
mod online_status;
mod robots;
mod set;
