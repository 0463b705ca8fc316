//! Requests (api/actions §3.8).

mod quick_operation;

use super::Table;

pub(super) fn actions(table: &mut Table) {
    table.subject("requests", "Requests", "请求");
    table
        .add(".handle_quick_operation", quick_operation::handle)
        .about(
            "Replies to an event, recalls its message, or answers its request.",
            "对事件执行快速操作:回复、撤回、处理请求等。",
        );
}
