//! Streams: large files without a shared disk (api/transports §10).

mod download;
mod upload;

use nekonap_onebot::Code;

use super::{Answers, Table};

pub(super) fn actions(table: &mut Table) {
    table.subject("streams", "Streams", "流式传输");
    table
        .add("upload_file_stream", upload::upload)
        .about(
            "Uploads a file to this machine in chunks, one in each call.",
            "分块上传文件,每次调用一块。",
        )
        .answers(Answers::Part)
        .fails(&[Code::FileNotFound, Code::LoadFile, Code::FileTooLarge]);
    table
        .add("download_file_stream", download::file)
        .about(
            "Returns a file in chunks, one in each of several answers.",
            "分块下载文件,每块一个应答。",
        )
        .answers(Answers::Frames)
        .fails(download::CODES);
    table
        .add("download_file_image_stream", download::image)
        .about(
            "Returns a picture in chunks, one in each of several answers.",
            "分块下载图片,每块一个应答。",
        )
        .answers(Answers::Frames)
        .fails(download::CODES);
    table
        .add("download_file_record_stream", download::record)
        .about(
            "Returns a converted voice message in chunks, one in each of several answers.",
            "转换并分块下载语音,每块一个应答。",
        )
        .answers(Answers::Frames)
        .fails(download::CODES)
        .fails(&[Code::NotSupported]);
    table
        .add("test_download_stream", download::test)
        .about(
            "Answers with ten test packets and a last one, to test clients.",
            "返回十个测试数据包和一个结束包,供客户端测试。",
        )
        .answers(Answers::Frames)
        .fails(&[Code::LoadFile]);
    table
        .add("clean_stream_temp_file", upload::clean)
        .about(
            "Drops all unfinished uploads and deletes the files of finished ones.",
            "丢弃未完成的上传并删除已上传的临时文件。",
        )
        .fails(&[Code::LoadFile]);
}
