//! Profile and status (api/actions §3.12).

mod login_info;

use super::Table;

pub(super) fn actions(table: &mut Table) {
    table.add("get_login_info", login_info::get);
}
