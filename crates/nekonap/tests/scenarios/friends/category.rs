//! `get_friends_with_category`.

use super::{person, stranger};
use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::{Value, json};

fn uins(category: &Value) -> Vec<u64> {
    let friends = category["buddyList"].as_array().expect("a list");
    friends
        .iter()
        .map(|friend| friend["user_id"].as_u64().expect("a number"))
        .collect()
}

#[tokio::test]
async fn friends_are_listed_by_category() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let name = "阿\u{200b}狸 🦊\u{202e}x";
        story
            .person(10004)
            .does(
                "set_profile",
                json!({
                    "nickname": name, "signature": "hm", "sex": "female", "birthday": "1996-02-29",
                    "status": "invisible"
                }),
            )
            .await;
        story
            .person(10002)
            .does("set_profile", json!({"status": "busy"}))
            .await;
        bot.call(
            "set_friend_remark",
            json!({"user_id": 10004, "remark": "fox"}),
        )
        .await
        .ok();
        // Unknown parameters are ignored.
        let categories = bot
            .call("get_friends_with_category", json!({"no_cache": "x"}))
            .await
            .ok();
        let [first, second] = categories.as_array().expect("a list").as_slice() else {
            panic!("{categories}");
        };
        assert_eq!(
            (&first["categoryId"], &first["categoryName"]),
            (&json!(0), &json!("我的好友"))
        );
        assert_eq!(uins(first), [10002, 10003]);
        assert_eq!(
            (&first["categoryMbCount"], &first["onlineCount"]),
            (&json!(2), &json!(2))
        );
        assert_eq!(
            (&second["categoryId"], &second["categoryName"]),
            (&json!(1), &json!("同事"))
        );
        assert_eq!(uins(second), [10004, 10005]);
        assert_eq!(
            (&second["categoryMbCount"], &second["onlineCount"]),
            (&json!(2), &json!(1))
        );
        let uid = person(&story, 10004).await["uid"].clone();
        let friend = json!({
            "user_id": 10004, "uin": "10004", "uid": uid, "nick": name, "nickname": name,
            "remark": "fox", "sex": "female", "longNick": "hm", "long_nick": "hm", "birthday_year": 1996,
            "birthday_month": 2, "birthday_day": 29, "categoryId": 1, "category_id": 1,
            "categoryName": "同事", "richBuffer": {}, "richTime": 0, "eMail": "", "phoneNum": "", "level": 0
        });
        for (key, value) in friend.as_object().expect("an object") {
            assert_eq!(&second["buddyList"][0][key], value, "{key}");
        }
    })
    .await;
}

#[tokio::test]
async fn empty_category_is_listed() {
    let story = Story::beginning().bots(&[10001, 10002]).begin().await;
    for friend in [10004, 10005] {
        let to = json!({"user_id": friend, "category_id": 0});
        story.bot().call("set_friend_category", to).await.ok();
    }
    let categories = story
        .bot()
        .call("get_friends_with_category", json!({}))
        .await
        .ok();
    assert_eq!(uins(&categories[0]), [10002, 10003, 10004, 10005]);
    assert_eq!(
        (
            &categories[1]["categoryMbCount"],
            &categories[1]["buddyList"]
        ),
        (&json!(0), &json!([]))
    );
    // The other bot has categories of its own.
    let others = story.bot_of(10002);
    let categories = others.call("get_friends_with_category", json!({})).await;
    assert_eq!(uins(&categories.ok()[0]), [10001, 10003, 10004, 10005]);
}

#[tokio::test]
async fn friend_is_moved_to_a_category_of_the_account() {
    over_both(async |story: Story| {
        let bot = story.bot();
        bot.call("get_friend_list", json!({})).await.ok();
        let to = |user: u64, category: u64| json!({"user_id": user, "category_id": category});
        bot.call("set_friend_category", to(10002, 1)).await.ok();
        let mine = person(&story, 10001).await;
        assert_eq!(
            mine["categories"][1]["friends"],
            json!([10002, 10004, 10005])
        );
        let categories = bot.call("get_friends_with_category", json!({})).await.ok();
        assert_eq!(uins(&categories[1]), [10002, 10004, 10005]);
        let stranger = stranger(&story).await;
        for (user, category, code) in [
            (10002, 9, Code::Upstream),
            (stranger, 1, Code::FriendNotFound),
            (10001, 1, Code::FriendNotFound),
            (5_000_000_000, 1, Code::FriendNotFound),
        ] {
            let to = to(user, category);
            bot.call("set_friend_category", to).await.fails(code);
        }
        bot.call("set_friend_category", json!({"user_id": 10002}))
            .await
            .fails(Code::ParamMissing);
    })
    .await;
}
