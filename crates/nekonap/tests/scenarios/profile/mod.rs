//! api/actions §3.12.

mod model;
mod online_status;
mod robots;
mod set;
