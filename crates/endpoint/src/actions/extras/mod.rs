//! Group extras (api/actions §3.7).

mod essence;

use super::Table;

pub(super) fn actions(table: &mut Table) {
    table.add("set_essence_msg", essence::set);
    table.add("delete_essence_msg", essence::delete);
    table.add("get_essence_msg_list", essence::list);
}
