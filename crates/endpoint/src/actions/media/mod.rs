//! Media (api/actions §3.10).

mod abilities;

use super::Table;

pub(super) fn actions(table: &mut Table) {
    table.subject("media", "Media", "媒体");
    table.add("can_send_image", abilities::image).about(
        "Returns whether images can be sent.",
        "查询是否可以发送图片。",
    );
    table.add("can_send_record", abilities::record).about(
        "Returns whether voice messages can be sent.",
        "查询是否可以发送语音。",
    );
}
