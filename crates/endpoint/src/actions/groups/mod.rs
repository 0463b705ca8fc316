//! Groups (api/actions §3.5).

mod group;
pub(crate) mod info;
mod members;

use super::Table;

pub(super) fn actions(table: &mut Table) {
    table.add("get_group_list", info::list);
    table.add("get_group_info", info::get);
    table.add("get_group_member_list", members::list);
    table.add("get_group_member_info", members::get);
}
