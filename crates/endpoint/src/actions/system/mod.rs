//! System (api/actions §3.16).

mod event;
mod status;
mod version;

use super::Table;

pub(super) fn actions(table: &mut Table) {
    table.subject("system", "System", "系统");
    table.add("get_status", status::get).about(
        "Returns whether the account is online, with statistics.",
        "获取账号是否在线以及统计信息。",
    );
    table.add("get_event", event::get).about(
        "Returns the events since the last call with the same key, for programs that poll.",
        "获取上次以相同 key 调用之后的事件,供轮询的程序使用。",
    );
    table.add("get_version_info", version::get).about(
        "Returns the name and the version of the server.",
        "获取服务端的名称和版本。",
    );
    table
        .add("get_supported_actions", version::supported)
        .about(
            "Returns the names of all actions that can be called.",
            "获取可以调用的所有接口的名称。",
        );
}
