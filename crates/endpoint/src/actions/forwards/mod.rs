//! Forwards (api/actions §3.1, §3.2).

mod merged;
mod single;

use super::Table;

pub(crate) use merged::expand;

pub(super) fn actions(table: &mut Table) {
    table.add("send_forward_msg", merged::any);
    table.add("send_group_forward_msg", merged::group);
    table.add("send_private_forward_msg", merged::private);
    table.add("get_forward_msg", merged::get);
    table.add("forward_friend_single_msg", single::friend);
    table.add("forward_group_single_msg", single::group);
}
