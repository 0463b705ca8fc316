//! System (api/actions §3.16).

mod status;
mod version;

use super::Table;

pub(super) fn actions(table: &mut Table) {
    table.add("get_status", status::get);
    table.add("get_version_info", version::get);
    table.add("get_supported_actions", version::supported);
}
