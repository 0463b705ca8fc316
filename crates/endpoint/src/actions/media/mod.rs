//! Media (api/actions §3.10).

mod abilities;

use super::Table;

pub(super) fn actions(table: &mut Table) {
    table.add("can_send_image", abilities::image);
    table.add("can_send_record", abilities::record);
}
