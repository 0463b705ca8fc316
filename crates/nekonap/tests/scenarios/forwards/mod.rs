//! api/actions §3.2.

mod merged;
