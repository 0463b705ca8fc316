//! `upload_file_stream`, `download_file_stream` and its relatives, `test_download_stream`, `clean_stream_temp_file`
//! (api/transports §10).

use crate::story::{Answer, Story, Transport, over_both};
use nekonap_onebot::Code;
use serde_json::{Value, json};

/// A stream action failed with this code; returns the text.
fn refused(answer: &Answer, code: Code) -> String {
    let envelope = &answer.envelope;
    assert_eq!(envelope["msg"], json!(code), "{envelope}");
    assert_eq!(
        (&envelope["data"], &envelope["stream"]),
        (
            &json!({"type": "error", "data_type": "error"}),
            &json!("stream-action")
        )
    );
    envelope["message"].as_str().expect("a text").to_owned()
}

/// A stream action answered with one frame; returns its data.
fn part(answer: &Answer) -> Value {
    let envelope = &answer.envelope;
    assert_eq!(envelope["status"], "ok", "{envelope}");
    assert_eq!(envelope["stream"], "stream-action");
    envelope["data"].clone()
}

#[tokio::test]
async fn upload_in_shuffled_chunks_makes_the_file() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let upload = async |params: Value| bot.call("upload_file_stream", params).await;
        // "first ", "second ", "last"
        let chunks = ["Zmlyc3Qg", "c2Vjb25kIA==", "bGFzdA"];
        let begun = upload(json!({"stream_id": "s", "total_chunks": 3, "filename": "../words.txt"})).await;
        assert_eq!(
            part(&begun),
            json!({"type": "stream", "stream_id": "s", "status": "file_created", "received_chunks": 0, "total_chunks": 3})
        );
        for (index, received) in [(2, 1), (0, 2), (1, 3)] {
            let sent = upload(json!({"stream_id": "s", "chunk_index": index, "chunk_data": chunks[index]})).await;
            let state = part(&sent);
            assert_eq!((&state["status"], &state["received_chunks"]), (&json!("chunk_received"), &json!(received)));
        }
        let again = upload(json!({"stream_id": "s", "chunk_index": "1", "chunk_data": chunks[0]})).await;
        assert_eq!(part(&again)["status"], "file_created");
        let sha256 = "1c00b8e4d7e22a2f41bd5b7cfef2b4a8e9ee3ef62f9d97d3c0b5f0f5b1b0f6a6";
        let wrong = upload(json!({"stream_id": "s", "is_complete": true, "expected_sha256": sha256})).await;
        let text = refused(&wrong, Code::LoadFile);
        let found = text.rsplit(' ').next().expect("the hash").to_owned();
        let finished = upload(json!({"stream_id": "s", "is_complete": true, "expected_sha256": found})).await;
        let data = finished.ok();
        assert_eq!((&data["type"], &data["status"]), (&json!("response"), &json!("file_complete")));
        assert_eq!((&data["file_size"], &data["sha256"]), (&json!(17), &json!(found)));
        let path = data["file_path"].as_str().expect("a path");
        assert!(path.ends_with("/words.txt"), "{path}");
        assert_eq!(std::fs::read(path).expect("read"), b"first second last");
        bot.call("clean_stream_temp_file", json!({})).await.ok();
        assert!(!std::path::Path::new(path).exists());
    })
    .await;
}

#[tokio::test]
async fn bad_uploads_are_refused() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let upload = async |params: Value| bot.call("upload_file_stream", params).await;
        refused(&upload(json!({})).await, Code::ParamMissing);
        refused(
            &upload(json!({"stream_id": "s", "chunk_data": "aGk=", "chunk_index": 0})).await,
            Code::ParamMissing,
        );
        refused(
            &upload(json!({"stream_id": "s", "verify_only": true})).await,
            Code::FileNotFound,
        );
        refused(
            &upload(json!({"stream_id": "s", "is_complete": true})).await,
            Code::FileNotFound,
        );
        refused(
            &upload(json!({"stream_id": "s", "total_chunks": 0})).await,
            Code::ParamInvalid,
        );
        part(&upload(json!({"stream_id": "s", "total_chunks": 2})).await);
        for (params, code) in [
            (json!({"chunk_data": "aGk="}), Code::ParamMissing),
            (
                json!({"chunk_data": "*", "chunk_index": 0}),
                Code::ParamInvalid,
            ),
            (
                json!({"chunk_data": "", "chunk_index": 0}),
                Code::ParamInvalid,
            ),
            (
                json!({"chunk_data": "aGk=", "chunk_index": 2}),
                Code::ParamInvalid,
            ),
            (
                json!({"chunk_data": "aGk=", "chunk_index": -1}),
                Code::ParamInvalid,
            ),
            (json!({"expected_sha256": "abc"}), Code::ParamInvalid),
            (json!({"total_chunks": 3}), Code::ParamInvalid),
            (json!({"is_complete": true}), Code::LoadFile),
        ] {
            let mut call = json!({"stream_id": "s"});
            call.as_object_mut()
                .expect("an object")
                .extend(params.as_object().expect("an object").clone());
            refused(&upload(call).await, code);
        }
        let state = part(&upload(json!({"stream_id": "s", "verify_only": true})).await);
        assert_eq!(
            (&state["received_chunks"], &state["total_chunks"]),
            (&json!(0), &json!(2))
        );
        let dropped = part(&upload(json!({"stream_id": "s", "reset": true})).await);
        assert_eq!(
            (&dropped["type"], &dropped["status"]),
            (&json!("response"), &json!("reset"))
        );
        refused(
            &upload(json!({"stream_id": "s", "verify_only": true})).await,
            Code::FileNotFound,
        );
    })
    .await;
}

#[tokio::test]
async fn uploaded_file_is_downloaded_in_chunks() {
    let story = Story::beginning().over(Transport::WebSocket).begin().await;
    let bot = story.bot();
    let uploaded = bot
        .call(
            "upload_file_stream",
            json!({"stream_id": "s", "total_chunks": 1, "chunk_index": 0, "chunk_data": "MDEyMzQ1Njc4OQ==", "is_complete": true, "filename": "ten.txt"}),
        )
        .await;
    let uploaded = part(&uploaded);
    let echo = bot
        .send(
            "download_file_stream",
            json!({"file_id": uploaded["file_path"], "chunk_size": 4}),
        )
        .await;
    let info = bot.answered("download_file_stream", &echo).await;
    assert_eq!(
        part(&info),
        json!({"type": "stream", "data_type": "file_info", "file_name": "ten.txt", "file_size": 10, "chunk_size": 4})
    );
    for (index, data, progress) in [(0, "MDEyMw==", 40), (1, "NDU2Nw==", 80), (2, "ODk=", 100)] {
        let chunk = part(&bot.answered("download_file_stream", &echo).await);
        assert_eq!(
            (&chunk["index"], &chunk["data"]),
            (&json!(index), &json!(data))
        );
        assert_eq!(chunk["progress"], progress);
    }
    let complete = bot.answered("download_file_stream", &echo).await.ok();
    assert_eq!(
        (&complete["total_chunks"], &complete["total_bytes"]),
        (&json!(3), &json!(10))
    );
    refused(
        &bot.call("download_file_stream", json!({})).await,
        Code::ParamMissing,
    );
    refused(
        &bot.call("download_file_stream", json!({"file": "nothing"}))
            .await,
        Code::FileNotFound,
    );
    for chunk_size in [0, 5 << 20] {
        let call = json!({"file": uploaded["file_path"], "chunk_size": chunk_size});
        refused(
            &bot.call("download_file_stream", call).await,
            Code::ParamInvalid,
        );
    }
}

#[tokio::test]
async fn picture_and_voice_are_downloaded_with_their_facts() {
    let story = Story::beginning().over(Transport::WebSocket).begin().await;
    let bot = story.bot();
    // A GIF of 1 × 2 pixels.
    let echo = bot
        .send(
            "download_file_image_stream",
            json!({"file": "base64://R0lGODlhAQACAAAAADs="}),
        )
        .await;
    let info = part(&bot.answered("download_file_image_stream", &echo).await);
    assert_eq!((&info["width"], &info["height"]), (&json!(1), &json!(2)));
    part(&bot.answered("download_file_image_stream", &echo).await);
    bot.answered("download_file_image_stream", &echo).await.ok();
    refused(
        &bot.call(
            "download_file_image_stream",
            json!({"file": "base64://aGk="}),
        )
        .await,
        Code::LoadFile,
    );
    // An empty WAV has no sound.
    let wav = "base64://UklGRiQAAABXQVZFZm10IBAAAAABAAEAwF0AAIC7AAACABAAZGF0YQQAAAABAAEA";
    let echo = bot
        .send(
            "download_file_record_stream",
            json!({"file": wav, "out_format": "wav"}),
        )
        .await;
    let info = part(&bot.answered("download_file_record_stream", &echo).await);
    assert_eq!(
        (&info["out_format"], &info["file_size"]),
        (&json!("wav"), &json!(48))
    );
    part(&bot.answered("download_file_record_stream", &echo).await);
    bot.answered("download_file_record_stream", &echo)
        .await
        .ok();
    refused(
        &bot.call(
            "download_file_record_stream",
            json!({"file": wav, "out_format": "midi"}),
        )
        .await,
        Code::ParamInvalid,
    );
}

#[tokio::test]
async fn test_stream_sends_ten_packets_and_a_last_one() {
    let story = Story::beginning().over(Transport::WebSocket).begin().await;
    let bot = story.bot();
    for error in [false, true] {
        let echo = bot
            .send("test_download_stream", json!({"error": error}))
            .await;
        for index in 0..10 {
            let packet = part(&bot.answered("test_download_stream", &echo).await);
            assert_eq!(packet["data"], format!("Index-> {index}"));
        }
        let last = bot.answered("test_download_stream", &echo).await;
        if error {
            refused(&last, Code::LoadFile);
        } else {
            assert_eq!(last.ok()["data_type"], "data_complete");
        }
    }
}
