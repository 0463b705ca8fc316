//! Friends and users (api/actions §3.4).

mod list;
pub(crate) mod stranger;
mod user;

use super::Table;

pub(super) fn actions(table: &mut Table) {
    table.add("get_friend_list", list::get);
    table.add("get_stranger_info", stranger::get);
}
