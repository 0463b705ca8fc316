//! `upload_image_to_qun_album`, `upload_images_to_qun_album`.

use super::{created, seen};
use crate::story::{Story, over_both, picture};
use nekonap_onebot::Code;
use serde_json::{Value, json};

fn pixel() -> String {
    let base64 = picture()["base64"].as_str().expect("text").to_owned();
    format!("base64://{base64}")
}

#[tokio::test]
async fn picture_is_uploaded_to_an_album() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let album = created(&story, 10002, 20001).await;
        // More than one slice: bytes after the picture's end are a part of the file.
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("large.png");
        let mut bytes = {
            use base64::{Engine, engine::general_purpose::STANDARD};
            STANDARD.decode(&pixel()[9..]).expect("base64")
        };
        bytes.extend((0..300_000_u32).flat_map(u32::to_le_bytes));
        std::fs::write(&path, &bytes).expect("written");
        let params = json!({
            "group_id": "20001", "album_id": album, "album_name": "Spring", "file": path,
        });
        let done = bot.call("upload_image_to_qun_album", params).await.ok();
        assert_eq!(done, json!({"result": null}));
        let medium = seen(&story, 20001).await[0]["media"][0].clone();
        assert_eq!(
            (&medium["name"], &medium["uploader"], &medium["width"]),
            (&json!("large.png"), &json!(10001), &json!(1))
        );
        let sha1 = medium["sha1"].as_str().expect("a hash");
        assert!(story.file(sha1).await == bytes, "other bytes");
    })
    .await;
}

#[tokio::test]
async fn several_pictures_are_one_upload() {
    let story = Story::new().await;
    let bot = story.bot();
    let album = created(&story, 10002, 20001).await;
    for params in [
        json!({"files": [pixel(), pixel(), pixel()]}),
        json!({"file": pixel()}),
    ] {
        let mut params = params;
        params["group_id"] = json!(20001);
        params["album_id"] = album.clone();
        bot.call("upload_images_to_qun_album", params).await.ok();
    }
    let params = json!({"group_id": 20001, "album_id": album});
    let page = bot.call("get_group_album_media_list", params).await.ok();
    let media = page["media_list"].as_array().expect("a list");
    assert_eq!(media.len(), 4);
    let batch = |at: usize| &media[at]["batch_id"];
    assert!(batch(1) == batch(2) && batch(2) == batch(3), "{media:?}");
}

#[tokio::test]
async fn files_that_cannot_be_uploaded_are_refused() {
    let story = Story::new().await;
    let bot = story.bot();
    let album = created(&story, 10002, 20001).await;
    let text = "base64://aGVsbG8=";
    for (file, code) in [
        (json!(text), Code::LoadFile),
        (json!("/no/such/file.png"), Code::FileNotFound),
        (json!(""), Code::ParamMissing),
        (Value::Null, Code::ParamMissing),
    ] {
        let params = json!({"group_id": 20001, "album_id": album, "file": file});
        bot.call("upload_image_to_qun_album", params)
            .await
            .fails(code);
    }
    for (files, code) in [
        (json!([pixel(), text]), Code::LoadFile),
        (json!([]), Code::ParamMissing),
        (json!(vec![pixel(); 201]), Code::ParamInvalid),
    ] {
        let params = json!({"group_id": 20001, "album_id": album, "files": files});
        bot.call("upload_images_to_qun_album", params)
            .await
            .fails(code);
    }
    for (group, album, code) in [
        (29999, album.clone(), Code::GroupNotFound),
        (20001, json!(""), Code::ParamMissing),
        (20001, json!("none"), Code::Upstream),
    ] {
        let params = json!({"group_id": group, "album_id": album, "file": pixel()});
        bot.call("upload_image_to_qun_album", params)
            .await
            .fails(code);
    }
    assert_eq!(seen(&story, 20001).await[0]["media"], json!([]));
}
