//! `fetch_custom_face`, `fetch_custom_face_detail`, `delete_custom_face`, `set_custom_face_desc`, `get_recommend_face`,
//! `fetch_mface_key`.

use crate::story::{Story, over_both, picture};
use nekonap_onebot::Code;
use serde_json::{Value, json};

/// Two pictures of one pixel.
const GIFS: [&str; 2] = [
    "R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAkQBADs=",
    "R0lGODlhAQABAIAAAP8AAP///ywAAAAAAQABAAACAkQBADs=",
];

#[tokio::test]
async fn saved_stickers_are_listed_newest_first_and_deleted() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let none = bot.call("fetch_custom_face", json!({})).await.ok();
        assert_eq!(none, json!([]));
        let phone = story.person(10001);
        let mut saved = Vec::new();
        for file in GIFS {
            let face = json!({"base64": file});
            saved.push(phone.does("save_face", face).await["face"].clone());
        }
        let urls = bot.call("fetch_custom_face", json!({})).await.ok();
        assert_eq!(urls.as_array().map(Vec::len), Some(2));
        let newest = urls[0].as_str().expect("a URL");
        assert!(
            newest.contains(saved[1].as_str().expect("an id")),
            "{newest}"
        );
        let http = reqwest::Client::builder().no_proxy().build();
        let response = http.expect("a client").get(newest).send().await;
        let response = response.expect("an answer");
        let file = response.bytes().await.expect("a file");
        assert_eq!(&file[..6], b"GIF89a");
        let details = bot
            .call("fetch_custom_face_detail", json!({"count": "1"}))
            .await
            .ok();
        assert_eq!(details[0]["resId"], saved[1]);
        assert_eq!(details.as_array().map(Vec::len), Some(1));
        bot.call("delete_custom_face", json!({"res_id": saved[1]}))
            .await
            .ok();
        let details = bot.call("fetch_custom_face_detail", json!({})).await.ok();
        let left: Vec<&Value> = details
            .as_array()
            .expect("a list")
            .iter()
            .map(|face| &face["resId"])
            .collect();
        assert_eq!(left, [&saved[0]]);
    })
    .await;
}

#[tokio::test]
async fn wrong_parameters_are_refused_and_delete_nothing() {
    let story = Story::new().await;
    let bot = story.bot();
    let phone = story.person(10001);
    let (status, _) = phone.tries("save_face", json!({"base64": "aGk="})).await;
    assert_eq!(status, 400, "it is not a picture");
    phone
        .does("save_face", json!({"base64": picture()["base64"]}))
        .await;
    for count in [0, -1] {
        let none = bot.call("fetch_custom_face", json!({"count": count})).await;
        assert_eq!(none.ok(), json!([]));
    }
    bot.call("fetch_custom_face", json!({"count": "many"}))
        .await
        .fails(Code::ParamInvalid);
    for call in [json!({}), json!({"md5": "00"}), json!({"ids": []})] {
        bot.call("delete_custom_face", call)
            .await
            .fails(Code::ParamMissing);
    }
    bot.call("delete_custom_face", json!({"id": "nothing"}))
        .await
        .fails(Code::Upstream);
    let left = bot.call("fetch_custom_face", json!({})).await.ok();
    assert_eq!(left.as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn key_of_a_shop_sticker_sends_it_again() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let id = "9f31ab0c52d64e7f8091a2b3c4d5e6f7";
        let sticker =
            json!([{"type": "market_face", "id": id, "package": 231_182, "name": "[hug]"}]);
        story.person(10002).says(20001, sticker).await;
        let event = bot.hears(json!({"user_id": 10002})).await;
        let received = &event["message"][0]["data"];
        let keys = json!({"emoji_ids": [received["emoji_id"], "00".repeat(16)]});
        let keys = bot.call("fetch_mface_key", keys).await.ok();
        assert_eq!(keys[0], received["key"], "the one that came with it");
        assert_ne!(keys[0], keys[1]);
        let one = bot
            .call("fetch_mface_key", json!({"emoji_ids": id}))
            .await
            .ok();
        assert_eq!(one, json!([keys[0]]));
        let again = json!({"type": "mface", "data": {
            "emoji_id": id, "emoji_package_id": 231_182, "key": keys[0], "summary": "[hug]",
        }});
        bot.says(20001, again).await;
        let seen = story.newest_in_group(20001).await;
        assert_eq!(seen["message"][0]["id"], id, "{seen}");
        for wrong in [
            json!(["00"]),
            json!(["zz".repeat(16)]),
            json!(vec!["00"; 101]),
        ] {
            let refused = bot
                .call("fetch_mface_key", json!({"emoji_ids": wrong}))
                .await;
            let text = refused.fails(Code::ParamInvalid);
            assert!(text.contains("`emoji_ids"), "{text}");
        }
        assert_eq!(
            bot.call("fetch_mface_key", json!({"emoji_ids": []}))
                .await
                .ok(),
            json!([])
        );
    })
    .await;
}

#[tokio::test]
async fn pictures_that_fit_a_word_are_found() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let found = async |word: &str| {
            let answer = bot.call("get_recommend_face", json!({"word": word})).await;
            answer.ok()["url"].clone()
        };
        assert_eq!(found("cat").await, json!([]));
        let mut offered = Vec::new();
        for file in GIFS {
            let picture = json!({"word": "Cat 猫", "base64": file});
            let made = story.person(10002).does("offer_picture", picture).await;
            offered.push(made["url"].clone());
        }
        assert_eq!(found(" CAT 猫 ").await, json!([offered[1], offered[0]]));
        assert_eq!(found("cat").await, json!([]));
        let url = offered[0].as_str().expect("a URL");
        let client = reqwest::Client::builder().no_proxy().build();
        let picture = client.expect("a client").get(url).send().await;
        let picture = picture.expect("an answer").bytes().await.expect("bytes");
        assert!(picture.starts_with(b"GIF89a"), "{picture:?}");
    })
    .await;
}

#[tokio::test]
async fn stickers_have_descriptions() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let phone = story.person(10001);
        let face = json!({"base64": GIFS[0]});
        let face = phone.does("save_face", face).await["face"].clone();
        let details = bot.call("fetch_custom_face_detail", json!({})).await.ok();
        let (id, md5) = (&details[0]["resId"], &details[0]["md5"]);
        for desc in ["hug 🤗\u{200b}\u{202e}x", ""] {
            let params =
                json!({"emoji_id": details[0]["emoId"], "res_id": id, "md5": md5, "desc": desc});
            let done = bot.call("set_custom_face_desc", params).await.ok();
            assert_eq!(done, json!({"result": 0, "errMsg": ""}));
            assert_eq!(
                story.look("faces?as=10001").await,
                json!([{"face": face, "description": desc}])
            );
        }
    })
    .await;
}

#[tokio::test]
async fn wrong_words_and_pictures_are_refused() {
    let story = Story::new().await;
    for word in [String::new(), " ".to_owned(), "字".repeat(101)] {
        let refused = story
            .bot()
            .call("get_recommend_face", json!({"word": word}));
        let text = refused.await.fails(Code::ParamInvalid);
        assert!(text.contains("`word`"), "{text}");
    }
    for (word, file) in [("", GIFS[0]), ("cat", "AAAA"), ("cat", "?")] {
        let picture = json!({"word": word, "base64": file});
        let (status, refused) = story.person(10002).tries("offer_picture", picture).await;
        assert_eq!((status, &refused["code"]), (400, &json!("bad_request")));
    }
}

#[tokio::test]
async fn wrong_descriptions_change_nothing() {
    let story = Story::new().await;
    let bot = story.bot();
    let face = json!({"base64": GIFS[0]});
    let face = story.person(10001).does("save_face", face).await["face"].clone();
    let theirs = json!({"base64": GIFS[1]});
    let theirs = story.person(10002).does("save_face", theirs).await["face"].clone();
    let whole = json!({"emoji_id": 1, "res_id": face, "md5": "00", "desc": "hug"});
    for (key, value, code) in [
        ("res_id", json!("nothing"), Code::Upstream),
        ("res_id", theirs, Code::Upstream),
        ("res_id", json!(""), Code::ParamInvalid),
        ("md5", json!(""), Code::ParamInvalid),
        ("desc", json!("x".repeat(61)), Code::Upstream),
        ("emoji_id", json!("first"), Code::ParamInvalid),
    ] {
        let mut params = whole.clone();
        params[key] = value;
        bot.call("set_custom_face_desc", params).await.fails(code);
    }
    let faces = story.look("faces?as=10001").await;
    assert_eq!(faces[0]["description"], "");
}
