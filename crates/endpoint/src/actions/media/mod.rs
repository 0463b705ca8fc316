//! Media (api/actions §3.10).

mod abilities;
mod custom_face;
mod download;
mod faces;
mod get;
mod mface;
mod ocr;
mod portrait;
mod recommended;

use nekonap_onebot::Code;

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
    table
        .add("download_file", download::download)
        .about(
            "Downloads a file to this machine and returns its path.",
            "下载文件到本机,返回路径。",
        )
        .fails(download::CODES);
    table
        .add("get_file", get::file)
        .about(
            "Returns a file that was reported, and fetches it to this machine.",
            "获取收到过的文件,并下载到本机。",
        )
        .fails(get::CODES);
    table
        .add("get_image", get::image)
        .about(
            "Returns a picture that was reported, and fetches it to this machine.",
            "获取收到过的图片,并下载到本机。",
        )
        .fails(get::CODES);
    table
        .add("get_record", get::record)
        .about(
            "Returns a voice message that was reported, in another format, and fetches it to this machine.",
            "获取收到过的语音,转换格式并下载到本机。",
        )
        .fails(get::CODES)
        .fails(&[Code::NotSupported]);
    table.add("fetch_custom_face", custom_face::fetch).about(
        "Returns the URLs of the stickers that the account has saved, newest first.",
        "获取账号收藏的表情的地址,从新到旧。",
    );
    table
        .add("fetch_custom_face_detail", custom_face::detail)
        .about(
            "Returns the stickers that the account has saved, newest first.",
            "获取账号收藏的表情的详细信息,从新到旧。",
        );
    table.add("get_recommend_face", recommended::get).about(
        "Returns the URLs of pictures that fit a word.",
        "获取与关键词相配的表情图片的地址。",
    );
    table
        .add("fetch_mface_key", mface::keys)
        .about(
            "Returns the keys that are needed to send stickers of the sticker shop.",
            "获取发送商城表情所需的 key。",
        )
        .parameter("emoji_id", "emoji_ids");
    table.add("delete_custom_face", custom_face::delete).about(
        "Deletes stickers that the account has saved.",
        "删除账号收藏的表情。",
    );
    table
        .add("ocr_image", ocr::recognize)
        .about("Recognises the text in a picture.", "识别图片中的文字。")
        .alias(".ocr_image", &[])
        .fails(ocr::CODES);
    table
        .add("set_group_portrait", portrait::group)
        .about("Sets the picture of a group.", "设置群头像。")
        .fails(portrait::GROUP_CODES);
    table
        .add("set_qq_avatar", portrait::own)
        .about("Sets the account's picture.", "设置账号头像。")
        .fails(portrait::CODES);
    table.add("set_custom_face_desc", faces::describe).about(
        "Sets the account's description of a sticker that it has saved.",
        "设置账号对收藏的表情的描述。",
    );
}
