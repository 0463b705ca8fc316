//! AI voices, translation and checks (api/actions §3.15).

mod slices;
mod translate;
mod url;
mod voice;

use nekonap_onebot::Code;

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
    table
        .add("check_url_safely", url::check)
        .about("Asks QQ how safe a link is.", "查询链接的安全性。");
    table
        .add("get_ai_characters", voice::characters)
        .about(
            "Returns the AI voices that can be used in a group.",
            "获取群内可用的 AI 语音角色。",
        )
        .parameter("char_type", "chat_type")
        .fails(&[Code::GroupNotFound]);
    table
        .add("get_ai_record", voice::record)
        .about(
            "Makes an AI voice read a text and returns the URL of the voice, without posting it.",
            "让 AI 语音角色朗读文字,返回语音的地址,不发送到群里。",
        )
        .parameter("char_type", "chat_type")
        .fails(&[Code::GroupNotFound]);
    table
        .add("send_group_ai_record", voice::send)
        .about(
            "Makes an AI voice read a text and posts the voice message in a group.",
            "让 AI 语音角色朗读文字,并作为语音消息发送到群里。",
        )
        .parameter("char_type", "chat_type")
        .fails(&[Code::GroupNotFound, Code::SendMessage, Code::MaybeSent]);
    table.add("translate_en2zh", translate::translate).about(
        "Translates English words into Chinese.",
        "将英文单词翻译为中文。",
    );
}
