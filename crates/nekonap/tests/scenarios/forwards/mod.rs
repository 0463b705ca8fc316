//! `api/actions.md` §3.2.

mod merged;
