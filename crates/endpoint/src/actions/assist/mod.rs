//! AI voices, translation and checks (api/actions §3.15).

mod slices;

use super::Table;

pub(super) fn actions(table: &mut Table) {
    table.subject(
        "assist",
        "AI voices, translation and checks",
        "AI 语音、翻译与检测",
    );
    table.add(".get_word_slices", slices::get).about(
        "Cuts a text into its words, without asking a server.",
        "将文本切分为词语,在本地完成。",
    );
}
