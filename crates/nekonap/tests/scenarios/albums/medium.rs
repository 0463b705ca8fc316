//! `get_group_album_media_list`, `del_group_album_media`, `do_group_album_comment`, `set_group_album_media_like`,
//! `cancel_group_album_media_like`.

use super::{created, seen, uploaded};
use crate::story::{Story, over_both, picture};
use nekonap_onebot::Code;
use serde_json::{Value, json};

async fn first(story: &Story, group: u64) -> Value {
    seen(story, group).await[0]["media"][0].clone()
}

#[tokio::test]
async fn pictures_are_listed_page_by_page_with_their_links() {
    let story = Story::new().await;
    let bot = story.bot();
    let album = created(&story, 10002, 20001).await;
    let mut newest = Value::Null;
    for _ in 0..40 {
        newest = uploaded(&story, 10002, 20001, &album).await;
    }
    let (mut cursor, mut found) = (json!(""), Vec::new());
    loop {
        let params = json!({"group_id": "20001", "album_id": album, "attach_info": cursor});
        let page = bot.call("get_group_album_media_list", params).await.ok();
        assert_eq!(page["album"]["album_id"], album);
        found.extend(page["media_list"].as_array().expect("a list").clone());
        cursor = page["next_attach_info"].clone();
        if page["next_has_more"] == false {
            break;
        }
    }
    assert_eq!((found.len(), &cursor), (40, &json!("")));
    let medium = &found[0];
    assert_eq!(
        (
            &medium["media_id"],
            &medium["batch_id"],
            &medium["uploader"]
        ),
        (&newest["lloc"], &newest["batch"], &json!("10002"))
    );
    let image = &medium["image"];
    assert_eq!(
        (&image["lloc"], &image["name"]),
        (&newest["lloc"], &json!("pixel"))
    );
    assert_eq!(
        (
            &image["default_url"]["width"],
            &image["default_url"]["height"]
        ),
        (&json!(1), &json!(1))
    );
    let url = medium["url"].as_str().expect("a link");
    let http = reqwest::Client::builder().no_proxy().build();
    let response = http.expect("a client").get(url).send().await;
    let bytes = response.expect("an answer").bytes().await.expect("bytes");
    assert!(bytes.starts_with(b"\x89PNG"));
}

#[tokio::test]
async fn picture_is_liked_commented_and_deleted() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let album = created(&story, 10002, 20001).await;
        let medium = uploaded(&story, 10002, 20001, &album).await;
        let (lloc, batch) = (&medium["lloc"], &medium["batch"]);
        let of_album = |more: Value| {
            let mut params = json!({"group_id": "20001", "album_id": album});
            for (name, value) in more.as_object().expect("an object") {
                params[name] = value.clone();
            }
            params
        };
        let like = "set_group_album_media_like";
        let cancel = "cancel_group_album_media_like";
        for (action, params, likes, upload_likes) in [
            (
                like,
                of_album(json!({"batch_id": batch, "lloc": lloc})),
                json!([10001]),
                json!([]),
            ),
            (
                like,
                of_album(json!({"id": batch})),
                json!([10001]),
                json!([10001]),
            ),
            (
                like,
                of_album(json!({"batch_id": batch, "set": false})),
                json!([10001]),
                json!([]),
            ),
            (
                cancel,
                of_album(json!({"id": batch, "media_id": lloc})),
                json!([]),
                json!([]),
            ),
            // The album is searched for the upload of the picture.
            (
                like,
                of_album(json!({"lloc": lloc})),
                json!([10001]),
                json!([]),
            ),
            (
                cancel,
                of_album(json!({"lloc": lloc})),
                json!([]),
                json!([]),
            ),
        ] {
            assert_eq!(bot.call(action, params).await.ok(), json!({"result": {}}));
            let picture = first(&story, 20001).await;
            assert_eq!(
                (&picture["likes"], &picture["upload_likes"]),
                (&likes, &upload_likes)
            );
        }
        let comment = of_album(json!({"media_id": lloc, "content": "lovely 🌱"}));
        bot.call("do_group_album_comment", comment).await.ok();
        let comments = first(&story, 20001).await["comments"].clone();
        assert_eq!(
            (&comments[0]["by"], &comments[0]["text"]),
            (&json!(10001), &json!("lovely 🌱"))
        );
        let deleted = bot
            .call("del_group_album_media", of_album(json!({"lloc": lloc})))
            .await;
        assert_eq!(deleted.ok(), json!({"result": {}}));
        assert_eq!(seen(&story, 20001).await[0]["media"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn pictures_of_others_and_unknown_ones_are_refused() {
    let story = Story::new().await;
    let bot = story.bot();
    let album = created(&story, 10002, 20003).await;
    let medium = uploaded(&story, 10002, 20003, &album).await;
    let of_album = |more: Value| {
        let mut params = json!({"group_id": 20003, "album_id": album});
        for (name, value) in more.as_object().expect("an object") {
            params[name] = value.clone();
        }
        params
    };
    let lloc = &medium["lloc"];
    let like = "set_group_album_media_like";
    for (action, params, code) in [
        (
            "del_group_album_media",
            of_album(json!({"lloc": lloc})),
            Code::PermissionDenied,
        ),
        (
            "del_group_album_media",
            of_album(json!({"lloc": "none"})),
            Code::FileNotFound,
        ),
        (
            "del_group_album_media",
            of_album(json!({"lloc": ""})),
            Code::ParamMissing,
        ),
        (
            "do_group_album_comment",
            of_album(json!({"lloc": lloc, "content": " "})),
            Code::ParamMissing,
        ),
        (
            "do_group_album_comment",
            of_album(json!({"lloc": "none", "content": "x"})),
            Code::FileNotFound,
        ),
        (
            "do_group_album_comment",
            of_album(json!({"content": "x"})),
            Code::ParamMissing,
        ),
        (
            like,
            of_album(json!({"batch_id": "none"})),
            Code::FileNotFound,
        ),
        (like, of_album(json!({"lloc": "none"})), Code::FileNotFound),
        (like, of_album(json!({})), Code::ParamMissing),
        (
            like,
            json!({"group_id": 29999, "album_id": album, "batch_id": "1"}),
            Code::GroupNotFound,
        ),
        (
            "get_group_album_media_list",
            of_album(json!({"album_id": "none"})),
            Code::Upstream,
        ),
        (
            "get_group_album_media_list",
            of_album(json!({"attach_info": "x"})),
            Code::Upstream,
        ),
        (
            "get_group_album_media_list",
            json!({"group_id": 29999, "album_id": album}),
            Code::GroupNotFound,
        ),
    ] {
        bot.call(action, params).await.fails(code);
    }
    let picture = first(&story, 20003).await;
    assert_eq!(
        (&picture["likes"], &picture["comments"]),
        (&json!([]), &json!([]))
    );
    // What is not a picture cannot be uploaded.
    for base64 in [json!("aGVsbG8="), json!("")] {
        let fields = json!({"group": 20003, "album": album, "base64": base64});
        let (status, _) = story.person(10002).tries("upload_to_album", fields).await;
        assert_eq!(status, 400);
    }
    let fields = json!({"group": 20003, "album": "none", "base64": picture_base64()});
    let (status, _) = story.person(10002).tries("upload_to_album", fields).await;
    assert_eq!(status, 404);
}

fn picture_base64() -> Value {
    picture()["base64"].clone()
}
