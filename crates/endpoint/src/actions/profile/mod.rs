//! Profile and status (api/actions §3.12).

mod login_info;

use super::Table;

pub(super) fn actions(table: &mut Table) {
    table.subject("profile", "Profile and status", "资料与状态");
    table.add("get_login_info", login_info::get).about(
        "Returns the number and the nickname of the account.",
        "获取账号的 QQ 号和昵称。",
    );
}
