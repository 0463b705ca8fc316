//! Tests of api/actions §1 and of the actions, without a server.

use nekonap_client::{
    Element,
    message::{Forward, encode_list},
};
use nekonap_onebot::{Call, Form};
use serde_json::{Value, json};

use super::Actions;
use crate::{
    Called, Caller, Config, Profile,
    testing::{Offline, said},
};

/// The account's own private chat: it needs no lookup, so faults of a message are found while offline.
const MYSELF: u64 = 10_001;

#[test]
fn actions_are_found_by_names_and_aliases() {
    let actions = Actions::all();
    for name in [
        "send_private_msg",
        "send_group_msg",
        "send_msg",
        "delete_msg",
        "get_msg",
        "set_msg_emoji_like",
        "unset_msg_emoji_like",
        "set_group_reaction",
        "fetch_emoji_like",
        "get_emoji_likes",
        "forward_friend_single_msg",
        "forward_group_single_msg",
        "send_poke",
        "group_poke",
        "friend_poke",
        "send_forward_msg",
        "send_group_forward_msg",
        "send_private_forward_msg",
        "get_forward_msg",
        "get_friend_msg_history",
        "get_group_msg_history",
        "get_recent_contact",
        "mark_msg_as_read",
        "mark_private_msg_as_read",
        "mark_group_msg_as_read",
        "_mark_all_as_read",
        "mark_all_as_read",
        "get_friend_list",
        "get_stranger_info",
        "get_group_list",
        "get_group_info",
        "get_group_member_list",
        "get_group_member_info",
        "set_essence_msg",
        "delete_essence_msg",
        "get_essence_msg_list",
        "can_send_image",
        "can_send_record",
        "get_login_info",
        "get_status",
        "get_version_info",
        "get_supported_actions",
    ] {
        for called in [
            name.to_owned(),
            format!(" {name} "),
            format!("{name}_async"),
            format!("{name}_rate_limited"),
        ] {
            assert!(actions.find(&called).is_some(), "{called:?}");
        }
        assert!(actions.names().contains(&name), "{name}");
    }
    for name in ["Get_Msg", "get_msg_", "send_msg_async_async", "", "_async"] {
        assert!(actions.find(name).is_none(), "{name:?}");
    }
}

#[tokio::test]
async fn unknown_action_is_1404_and_unsupported_action_is_1200() {
    let offline = Offline::new().await;
    for name in ["no_such_action", "no_such_action_async"] {
        let answer = offline.call(name, json!({})).await;
        assert_eq!(answer["retcode"], 1404);
        let text = offline.failure(name, json!({}), "API_NOT_FOUND").await;
        assert!(text.contains(name), "{text}");
    }
    let answer = offline.call("get_guild_roles", json!({})).await;
    assert_eq!(answer["retcode"], 1200);
    let text = offline
        .failure("get_guild_roles_async", json!({}), "NOT_SUPPORTED")
        .await;
    assert!(text.contains("guilds"), "{text}");
}

#[tokio::test]
async fn ids_are_parsed_leniently_and_errors_name_the_parameter() {
    let offline = Offline::new().await;
    let send =
        |group: Value| json!({"group_id": group, "message": "hi", "self_id": 1, "_timeout": 3});
    for group in [
        json!(20_001),
        json!("20001"),
        json!(" 20001 "),
        json!(20_001.0),
    ] {
        offline
            .failure("send_group_msg", send(group), "OFFLINE")
            .await;
    }
    for group in [json!(null), json!(""), json!(0), json!("0")] {
        let text = offline
            .failure("send_group_msg", send(group), "PARAM_MISSING")
            .await;
        assert!(text.contains("`group_id`"), "{text}");
    }
    for group in [
        json!(-1),
        json!(1.5),
        json!("the garden"),
        json!(true),
        json!([]),
        json!({}),
        json!("-5"),
    ] {
        let text = offline
            .failure("send_group_msg", send(group), "PARAM_INVALID")
            .await;
        assert!(text.contains("`group_id`"), "{text}");
    }
    let text = offline
        .failure("send_group_msg", json!({"message": "hi"}), "PARAM_MISSING")
        .await;
    assert!(text.contains("`group_id`"), "{text}");
}

#[tokio::test]
async fn booleans_and_choices_are_parsed_leniently_and_errors_name_the_parameter() {
    let offline = Offline::new().await;
    let send = |escape: Value| json!({"user_id": MYSELF, "message": "hi", "auto_escape": escape});
    for escape in [
        json!(true),
        json!("TRUE"),
        json!("yes"),
        json!("off"),
        json!(1),
        json!("0"),
        json!(""),
        json!(null),
    ] {
        offline.failure("send_msg", send(escape), "OFFLINE").await;
    }
    for escape in [json!("maybe"), json!(2), json!([])] {
        let text = offline
            .failure("send_msg", send(escape), "PARAM_INVALID")
            .await;
        assert!(text.contains("`auto_escape`"), "{text}");
    }
    let kind = json!({"message_type": "Group", "group_id": 1, "message": "hi"});
    let text = offline.failure("send_msg", kind, "PARAM_INVALID").await;
    assert!(text.contains("`message_type`"), "{text}");
}

#[tokio::test]
async fn send_msg_chooses_its_target_by_its_parameters() {
    let offline = Offline::new().await;
    for (call, missing) in [
        (json!({"message": "hi"}), "group_id"),
        (
            json!({"message": "hi", "message_type": "group", "user_id": 5}),
            "group_id",
        ),
        (
            json!({"message": "hi", "message_type": "private", "group_id": 5}),
            "user_id",
        ),
    ] {
        let text = offline.failure("send_msg", call, "PARAM_MISSING").await;
        assert!(text.contains(missing), "{text}");
    }
    // Both ids and the type, as NoneBot sends them.
    let both =
        json!({"message": "hi", "message_type": "private", "group_id": 20_001, "user_id": MYSELF});
    let text = offline.failure("send_msg", both, "OFFLINE").await;
    assert!(
        text.contains("not delivered"),
        "the send was not attempted: {text}"
    );
}

#[tokio::test]
async fn empty_message_is_1400_before_any_lookup() {
    let offline = Offline::new().await;
    for message in [
        json!(""),
        json!([]),
        json!([{"type": "text", "data": {"text": ""}}]),
        json!([{"type": "at", "data": {"qq": ""}}]),
        json!({"type": "text", "data": {"text": ""}}),
    ] {
        let call = json!({"group_id": 20_001, "message": message});
        let text = offline
            .failure("send_group_msg", call, "EMPTY_MSG_ERROR")
            .await;
        assert!(text.contains("message"), "{text}");
    }
    let text = offline
        .failure(
            "send_group_msg",
            json!({"group_id": 20_001}),
            "PARAM_MISSING",
        )
        .await;
    assert!(text.contains("`message`"), "{text}");
    for message in [
        json!(true),
        json!([5]),
        json!([{"data": {}}]),
        json!({"type": 5}),
    ] {
        let call = json!({"group_id": 20_001, "message": message});
        let answer = offline.call("send_group_msg", call).await;
        assert_eq!(answer["retcode"], 1400, "{answer}");
        let text = answer["message"].as_str().expect("a text");
        assert!(text.contains("`message"), "{text}");
    }
}

/// A segment placed after a text, the code of the failure, and a part of its text. `$plain` stands for a message.
const NOT_SENT: &str = r#"
node       | {"content": "x"}                           | MIXED_NODES       | nodes
anonymous  | {}                                         | NOT_SUPPORTED     | anonymous
image      | {"file": "nobody.png"}                     | PERMISSION_DENIED | `message: image.file`
image      | {"file": "base64://?"}                     | LOAD_FILE_ERROR   | `message: image.file`
record     | {}                                         | PARAM_MISSING     | record.file
face       | {}                                         | PARAM_MISSING     | message[1].data.id
face       | {"id": "smile"}                            | PARAM_INVALID     | message[1].data.id
mface      | {"emoji_id": "00", "emoji_package_id": 1}  | PARAM_MISSING     | message[1].data.key
at         | {"qq": "nobody"}                           | PARAM_INVALID     | message[1].data.qq` must be a QQ number or "all", not "nobody"
poke       | {"type": "wild"}                           | PARAM_INVALID     | `poke.type` is a number, not "wild"
poke       | {"type": 1, "id": "x"}                     | PARAM_INVALID     | `poke.id` is a number, not "x"
mface      | {"emoji_id": "zz", "emoji_package_id": 1, "key": "k"} | PARAM_INVALID | hex, not "zz"
mface      | {"emoji_id": "00", "emoji_package_id": 9999999999, "key": "k"} | PARAM_INVALID | not 9999999999
contact    | {"type": "qq", "id": 0}                    | PARAM_INVALID     | 0
reply      | {"id": "soon"}                             | PARAM_INVALID     | not "soon"
forward    | {}                                         | PARAM_MISSING     | forward.id
forward    | {"id": 123456}                             | MSG_NOT_FOUND     | 123456
forward    | {"id": $plain}                             | MSG_NOT_FOUND     | contains no forward
music      | {"type": "163", "id": 1}                   | NOT_SUPPORTED     | music_sign_url
music      | {"type": "xm", "id": 1}                    | PARAM_INVALID     | music.type
music      | {"type": "custom"}                         | PARAM_MISSING     | music.url
location   | {"lat": "north", "lon": 1}                 | PARAM_INVALID     | not "north" and "1"
contact    | {"type": "dog", "id": 1}                   | PARAM_INVALID     | message[1].data.type
"#;

/// The rows of a table, with trimmed cells.
fn rows<const N: usize>(table: &str) -> impl Iterator<Item = [&str; N]> {
    table.trim().lines().map(|line| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        cells
            .try_into()
            .unwrap_or_else(|_| panic!("not {N} cells: {line}"))
    })
}

#[tokio::test]
async fn unsendable_segments_are_named_and_nothing_is_sent() {
    let offline = Offline::new().await;
    let elsewhere = said("group:20001", 4, 10_002, "elsewhere");
    let elsewhere = offline.receive(elsewhere).await;
    let plain = said("friend:10001", 1, 10_001, "plain");
    let plain = offline.receive(plain).await.to_string();
    for [kind, data, code, named] in rows(NOT_SENT) {
        let data = data.replace("$plain", &plain);
        let data: Value = serde_json::from_str(&data).expect("JSON");
        let message =
            json!([{"type": "text", "data": {"text": "and"}}, {"type": kind, "data": data}]);
        let call = json!({"user_id": MYSELF, "message": message});
        let text = offline.failure("send_private_msg", call, code).await;
        assert!(text.contains(named), "{kind} {data}: {text}");
    }
    // A segment that is left out leaves nothing behind.
    for message in ["[CQ:at,qq=10002]", "[CQ:reply,id=123456]"] {
        let call = json!({"user_id": MYSELF, "message": message});
        offline
            .failure("send_private_msg", call, "EMPTY_MSG_ERROR")
            .await;
    }
    // The same for a segment type that cannot be sent; the answer names it.
    for kind in ["gift", "onlinefile", "flashtransfer"] {
        let data = json!({"msgId": "1", "elementId": "2", "fileName": "f", "fileSize": "1", "isDir": false, "fileSetId": "3"});
        let call = json!({"user_id": MYSELF, "message": [{"type": kind, "data": data}]});
        let text = offline
            .failure("send_private_msg", call, "PARAM_INVALID")
            .await;
        assert!(text.contains(&format!("`{kind}`")), "{text}");
    }
    // A message that could be sent fails only at the server.
    for message in [
        json!("hi"),
        json!(5),
        json!(["[CQ:face,id=14]", {"type": "text", "data": {"text": "x", "more": null}}]),
        json!("[CQ:anonymous,ignore=1]fine"),
        json!([{"type": "reply", "data": {"id": plain}}, {"type": "text", "data": {"text": "x"}}]),
        json!([{"type": "reply", "data": {"seq": "1"}}, {"type": "text", "data": {"text": "x"}}]),
        json!([{"type": "reply", "data": {"id": elsewhere}}, {"type": "text", "data": {"text": "x"}}]),
        json!("[CQ:reply,id=-77]x"),
        json!("[CQ:gift,qq=1]x"),
        json!("[CQ:face,id=99999]"),
        json!([{"type": "poke", "data": {"type": "1", "id": "-1"}}]),
        json!([{"type": "image", "data": {"emoji_id": "00", "emoji_package_id": 1, "timeout": -1}}]),
    ] {
        let call = json!({"user_id": MYSELF, "message": message});
        offline.failure("send_private_msg", call, "OFFLINE").await;
    }
    let recents = offline.data("get_recent_contact", json!({})).await;
    assert_eq!(
        recents[0]["lastestMsg"]["raw_message"], "elsewhere",
        "nothing was sent"
    );
}

#[tokio::test]
async fn stored_message_is_returned_in_both_forms_and_by_both_ids() {
    let offline = Offline::new().await;
    let id = offline
        .receive(said("group:20001", 5, 10_002, "a & [b]"))
        .await;
    let message = offline.data("get_msg", json!({"message_id": id})).await;
    assert_eq!(
        message,
        json!({
            "self_id": 10001, "user_id": 10002, "time": 1_767_225_605, "message_id": id, "message_seq": id,
            "real_id": id, "real_seq": "5", "message_type": "group", "sub_type": "normal", "group_id": 20001,
            "group_name": "", "anonymous": null,
            "sender": {"user_id": 10002, "nickname": "", "card": "", "sex": "unknown", "age": 0, "area": "",
                       "level": "", "role": "member", "title": "", "message_type": "group"},
            "message": [{"type": "text", "data": {"text": "a & [b]"}}], "message_format": "array",
            "raw_message": "a &amp; &#91;b&#93;", "font": 14, "post_type": "message", "group": true,
            "emoji_likes_list": [], "status": "normal",
        })
    );
    let long = crate::guards::long_id(id).to_string();
    assert_eq!(
        offline.data("get_msg", json!({"message_id": long})).await,
        message
    );
    assert_eq!(
        offline
            .data("get_msg", json!({"message_id": id.to_string()}))
            .await,
        message
    );

    let frame = json!({"action": "get_msg", "params": {"message_id": id}}).to_string();
    let caller = Caller {
        form: Form::String,
        ..Caller::default()
    };
    let call = Call::from_frame(&frame).expect("a call");
    let answer = offline.bot.call(call, caller).answer().await.to_json();
    let answer: Value = serde_json::from_str(&answer).expect("JSON");
    assert_eq!(answer["data"]["message"], "a &amp; &#91;b&#93;");
    assert_eq!(answer["data"]["message_format"], "string");

    for unknown in [
        json!(7),
        json!(-7),
        json!("7301234567890123456"),
        json!("0"),
    ] {
        offline
            .failure("get_msg", json!({"message_id": unknown}), "MSG_NOT_FOUND")
            .await;
    }
    offline
        .failure("get_msg", json!({"message_id": ""}), "PARAM_MISSING")
        .await;
    let text = offline
        .failure("get_msg", json!({"message_id": "abc"}), "PARAM_INVALID")
        .await;
    assert!(text.contains("`message_id`"), "{text}");
}

#[tokio::test]
async fn recalled_message_is_marked_immediately() {
    let offline = Offline::new().await;
    let record = said("friend:10002", 5, 10_002, "oops");
    let (place, sequence) = (record.conversation, record.sequence.expect("a place"));
    let id = offline.receive(record).await;
    crate::events::recalled(&offline.bot, place, sequence, None, None, 1)
        .await
        .expect("marked");
    let message = offline.data("get_msg", json!({"message_id": id})).await;
    assert_eq!(
        (&message["status"], &message["raw_message"]),
        (&json!("deleted"), &json!("oops"))
    );
}

#[tokio::test]
async fn recent_contacts_follow_the_response_profile() {
    let offline = Offline::new().await;
    offline
        .receive(said("friend:10002", 1, 10_002, "one"))
        .await;
    let id = offline.receive(said("group:20001", 9, 10_003, "two")).await;
    offline
        .receive(said("temporary:20001:10004", 3, 10_004, "three"))
        .await;
    let recents = offline.data("get_recent_contact", json!({})).await;
    let kinds: Vec<&Value> = recents
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| &one["chatType"])
        .collect();
    assert_eq!(kinds, [&json!(2), &json!(100), &json!(1)]);
    let newest = &recents[0];
    assert_eq!(newest["peerUin"], 20_001);
    assert_eq!(newest["msgTime"], "1767225609");
    assert_eq!(newest["msgId"], crate::guards::long_id(id).to_string());
    assert_eq!(newest["lastestMsg"]["raw_message"], "two");
    for (profile, peer) in [
        ("napcat-4.18", json!("20001")),
        ("newer", json!("20001")),
        ("napcat-v4", json!(20_001)),
        ("mission", json!(20_001)),
        ("no such profile", json!(20_001)),
    ] {
        let call = json!({"count": "1", "_profile": profile});
        let recents = offline.data("get_recent_contact", call).await;
        assert_eq!(recents.as_array().map(Vec::len), Some(1));
        assert_eq!(recents[0]["peerUin"], peer, "{profile}");
    }
    let config: Config =
        serde_json::from_value(json!({"response_profile": "newer"})).expect("a setting");
    assert_eq!(config.response_profile, Profile::Napcat418);
    assert_eq!(json!(Profile::NapcatV4), "napcat-v4");
    for none in [0, -5] {
        let none = offline
            .data("get_recent_contact", json!({"count": none}))
            .await;
        assert_eq!(none, json!([]));
    }
    let text = offline
        .failure(
            "get_recent_contact",
            json!({"count": "many"}),
            "PARAM_INVALID",
        )
        .await;
    assert!(text.contains("`count`"), "{text}");
}

#[tokio::test]
async fn invalid_forwards_fail() {
    let offline = Offline::new().await;
    let node = json!([{"type": "node", "data": {"content": "x"}}]);
    let send = |extra: Value| {
        let mut call = json!({"user_id": MYSELF});
        for (key, value) in extra.as_object().expect("an object") {
            call[key] = value.clone();
        }
        call
    };
    let cases = [
        (json!({"messages": node}), "PARAM_MISSING", "group_id"),
        (send(json!({})), "PARAM_MISSING", "messages"),
        (
            send(json!({"messages": [], "message": []})),
            "PARAM_MISSING",
            "messages",
        ),
        (
            send(json!({"messages": "plain"})),
            "MIXED_NODES",
            "messages",
        ),
        (
            send(json!({"message": [{"type": "text", "data": {"text": "x"}}]})),
            "MIXED_NODES",
            "message",
        ),
        (
            send(json!({"messages": [{"type": "node", "data": {"id": 5}}]})),
            "EMPTY_NODES",
            "",
        ),
        (
            send(json!({"messages": [{"content": ""}]})),
            "EMPTY_NODES",
            "",
        ),
        (
            send(json!({"messages": [{"content": [{"type": "gift"}]}]})),
            "PARAM_INVALID",
            "gift",
        ),
    ];
    for (call, code, named) in cases {
        let text = offline.failure("send_forward_msg", call, code).await;
        assert!(text.contains(named), "{text}");
    }
    for fine in [
        json!({"messages": node}),
        json!({"message": node, "messages": []}),
        // Plain data, single nodes, nested nodes, and a known message beside an unknown one.
        json!({"messages": [{"user_id": "10003", "nickname": "Oak", "content": "hi"}]}),
        json!({"messages": {"type": "node", "data": {"name": "Oak", "uin": 10_003, "message": "hi"}}}),
        json!({"messages": [{"content": [{"type": "node", "data": {"content": "deep"}}]}, {"id": 5}]}),
    ] {
        offline
            .failure("send_forward_msg", send(fine), "OFFLINE")
            .await;
    }
    let text = offline
        .failure(
            "send_group_forward_msg",
            json!({"user_id": 5, "messages": node}),
            "PARAM_MISSING",
        )
        .await;
    assert!(text.contains("`group_id`"), "{text}");
    let text = offline
        .failure(
            "send_private_forward_msg",
            json!({"group_id": 5, "messages": node}),
            "PARAM_MISSING",
        )
        .await;
    assert!(text.contains("`user_id`"), "{text}");

    let plain = offline
        .receive(said("group:20001", 1, 10_002, "plain"))
        .await;
    let mut with_forward = said("group:20001", 2, 10_002, "");
    with_forward.elements = encode_list(&[Element::Forward(Forward {
        res_id: "m6Zx7QkT".to_owned(),
        ..Forward::default()
    })]);
    let with_forward = offline.receive(with_forward).await;
    offline
        .failure("get_forward_msg", json!({}), "PARAM_MISSING")
        .await;
    for (id, code) in [
        (json!(plain), "MSG_NOT_FOUND"),
        (json!("12345"), "MSG_NOT_FOUND"),
        (json!(with_forward), "OFFLINE"),
        (json!("m6Zx7QkT"), "OFFLINE"),
    ] {
        for key in ["id", "message_id"] {
            offline
                .failure("get_forward_msg", json!({key: id}), code)
                .await;
        }
    }
}

/// A call, the code of its failure, and a part of the text. `$private` and `$group` stand for messages.
const REFUSED: &str = r#"
set_msg_emoji_like        | {"emoji_id": "76"}                              | PARAM_MISSING     | `message_id`
set_msg_emoji_like        | {"message_id": $group}                          | PARAM_MISSING     | `emoji_id`
set_msg_emoji_like        | {"message_id": $group, "emoji_id": ""}          | PARAM_MISSING     | `emoji_id`
set_msg_emoji_like        | {"message_id": 5, "emoji_id": 76}               | MSG_NOT_FOUND     | 5
set_msg_emoji_like        | {"message_id": $private, "emoji_id": 76}        | NOT_SUPPORTED     | group
set_msg_emoji_like        | {"message_id": $group, "emoji_id": 76, "set": "perhaps"} | PARAM_INVALID | `set`
set_group_reaction        | {"group_id": 1, "message_id": $group, "code": "76", "is_add": false} | OFFLINE |
unset_msg_emoji_like      | {"message_id": $group, "emoji_id": "76"}        | OFFLINE           |
fetch_emoji_like          | {"message_id": $group, "emoji_id": "76", "emoji_type": "3"} | PARAM_INVALID | emojiType
fetch_emoji_like          | {"message_id": $group}                          | PARAM_MISSING     | emojiId
fetch_emoji_like          | {"message_id": $group, "emojiId": "76"}         | OFFLINE           |
get_emoji_likes           | {"message_id": $private}                        | NOT_SUPPORTED     | group
forward_friend_single_msg | {"message_id": $group}                          | PARAM_MISSING     | `user_id`
forward_group_single_msg  | {"message_id": $group}                          | PARAM_MISSING     | `group_id`
forward_friend_single_msg | {"user_id": 10001}                              | PARAM_MISSING     | `message_id`
forward_friend_single_msg | {"user_id": 10001, "message_id": 5}             | MSG_NOT_FOUND     | 5
forward_group_single_msg  | {"user_id": 10001, "message_id": $group}        | OFFLINE           | not delivered
delete_msg                | {"message_id": 5}                               | MSG_NOT_FOUND     | 5
delete_msg                | {"message_id": $private}                        | PERMISSION_DENIED | private
delete_msg                | {}                                              | PARAM_MISSING     | `message_id`
send_poke                 | {"group_id": 1}                                 | PARAM_MISSING     | `user_id`
group_poke                | {"user_id": 1}                                  | PARAM_MISSING     | `group_id`
friend_poke               | {}                                              | PARAM_MISSING     | `user_id`
mark_msg_as_read          | {}                                              | PARAM_MISSING     | `message_id`
mark_private_msg_as_read  | {"user_id": "0"}                                | PARAM_MISSING     | `user_id`
mark_group_msg_as_read    | {"group_id": null}                              | PARAM_MISSING     | `group_id`
mark_group_msg_as_read    | {"message_id": 5}                               | MSG_NOT_FOUND     | 5
set_essence_msg           | {"message_id": $private}                        | NOT_SUPPORTED     | group
set_essence_msg           | {"message_id": 5}                               | MSG_NOT_FOUND     | 5
delete_essence_msg        | {"group_id": 1, "msg_seq": "5"}                 | PARAM_MISSING     | message_id
get_essence_msg_list      | {}                                              | PARAM_MISSING     | `group_id`
get_friend_msg_history    | {}                                              | PARAM_MISSING     | `user_id`
get_group_msg_history     | {"group_id": 1, "count": "x"}                   | PARAM_INVALID     | `count`
get_group_member_info     | {"group_id": 1}                                 | PARAM_MISSING     | `user_id`
"#;

#[tokio::test]
async fn invalid_calls_of_other_message_actions_fail() {
    let offline = Offline::new().await;
    let private = offline.receive(said("friend:10002", 1, 10_002, "hi")).await;
    let group = offline.receive(said("group:20001", 1, 10_002, "hi")).await;
    for [action, call, code, named] in rows(REFUSED) {
        let call = call
            .replace("$private", &private.to_string())
            .replace("$group", &group.to_string());
        let call: Value = serde_json::from_str(&call).expect("JSON");
        let text = offline.failure(action, call.clone(), code).await;
        assert!(text.contains(named), "{action} {call}: {text}");
    }
}

#[tokio::test]
async fn local_actions_are_answered_immediately() {
    let offline = Offline::new().await;
    assert_eq!(
        offline.data("can_send_image", json!({})).await,
        json!({"yes": true})
    );
    assert_eq!(
        offline.data("can_send_record", json!({})).await,
        json!({"yes": nekonap_media::voice::has_codec()})
    );
    assert_eq!(
        offline.data("get_login_info", json!({})).await,
        json!({"user_id": 10001, "nickname": ""})
    );
    let status = offline.data("get_status", json!({})).await;
    assert_eq!(
        (&status["online"], &status["good"]),
        (&json!(false), &json!(false))
    );
    assert!(
        status["stat"]["startup_time"]
            .as_u64()
            .is_some_and(|time| time > 0)
    );
    let version = offline.data("get_version_info", json!({})).await;
    assert_eq!(version["protocol_version"], "v11");
    assert_eq!(version["app_name"], "NapCat.Onebot");
    let names = offline.data("get_supported_actions", json!({})).await;
    assert!(
        names
            .as_array()
            .is_some_and(|names| names.contains(&json!("send_msg")))
    );
    for action in [
        "get_login_info",
        "get_version_info",
        "get_status",
        "can_send_image",
    ] {
        let call = Call::from_frame(&json!({"action": action}).to_string()).expect("a call");
        assert!(
            matches!(offline.bot.call(call, Caller::default()), Called::Now(_)),
            "{action} should not need a task"
        );
    }
}

#[tokio::test]
async fn async_suffix_follows_the_standard_async_setting() {
    let offline = Offline::new().await;
    let answer = offline.call("get_login_info_async", json!({})).await;
    assert_eq!(
        (&answer["retcode"], &answer["data"]["user_id"]),
        (&json!(0), &json!(10001))
    );
    let standard = Offline::with(Config {
        standard_async: true,
        ..Config::default()
    })
    .await;
    let answer = standard.call("get_login_info_async", json!({})).await;
    assert_eq!(answer["status"], "async");
    assert_eq!(
        (&answer["retcode"], &answer["data"]),
        (&json!(1), &Value::Null)
    );
    // The parameters are checked before the call is accepted.
    standard
        .failure("get_msg_async", json!({}), "PARAM_MISSING")
        .await;
}

#[tokio::test]
async fn rate_limited_jobs_keep_interval_and_order() {
    let offline = Offline::with(Config {
        rate_limit_interval: 40,
        ..Config::default()
    })
    .await;
    let began = std::time::Instant::now();
    let mut running = Vec::new();
    for echo in 0..4 {
        let frame = json!({"action": "get_login_info_rate_limited", "echo": echo}).to_string();
        let call = Call::from_frame(&frame).expect("a call");
        running.push(offline.bot.call(call, Caller::default()).answer());
    }
    // They run one after the other, in any order of waiting.
    let answers = futures_util::future::join_all(running).await;
    for (echo, answer) in answers.iter().enumerate() {
        assert!(answer.is_ok());
        assert_eq!(
            answer.echo.as_deref().map(serde_json::value::RawValue::get),
            Some(echo.to_string().as_str())
        );
    }
    assert!(began.elapsed() >= std::time::Duration::from_millis(120));
}

#[tokio::test]
async fn calls_fail_after_shutdown() {
    let offline = Offline::new().await;
    offline.bot.shutdown().await;
    offline
        .failure("get_login_info", json!({}), "OFFLINE")
        .await;
}

#[tokio::test]
async fn openapi_contains_every_action_with_its_aliases() {
    let offline = Offline::new().await;
    let document = offline.bot.openapi();
    for name in offline.context().action_names() {
        let known = document["paths"]
            .as_object()
            .expect("paths")
            .values()
            .any(|path| {
                let post = &path["post"];
                post["operationId"] == name
                    || post["x-aliases"]
                        .as_array()
                        .is_some_and(|aliases| aliases.contains(&json!(name)))
            });
        assert!(known, "{name}");
    }
    let like = &document["paths"]["/set_msg_emoji_like"]["post"];
    assert_eq!(like["x-parameter-aliases"]["is_add"], "set");
    assert!(
        like["x-aliases"]
            .as_array()
            .is_some_and(|names| names.contains(&json!("set_group_reaction")))
    );
}

#[tokio::test]
async fn guilds_are_null_and_anonymous_chat_is_gone() {
    let offline = Offline::new().await;
    for action in ["get_guild_list", "get_guild_service_profile"] {
        assert_eq!(offline.data(action, json!({})).await, Value::Null);
    }
    let group = 20_001;
    for (action, params, code) in [
        ("set_group_anonymous", json!({}), "PARAM_MISSING"),
        (
            "set_group_anonymous",
            json!({"group_id": group}),
            "NOT_SUPPORTED",
        ),
        (
            "set_group_anonymous_ban",
            json!({"group_id": group}),
            "PARAM_MISSING",
        ),
        (
            "set_group_anonymous_ban",
            json!({"group_id": group, "anonymous": {}}),
            "PARAM_MISSING",
        ),
        (
            "set_group_anonymous_ban",
            json!({"group_id": group, "flag": "x"}),
            "NOT_SUPPORTED",
        ),
        (
            "set_group_anonymous_ban",
            json!({"group_id": group, "anonymous": {"flag": "x"}, "duration": "60"}),
            "NOT_SUPPORTED",
        ),
    ] {
        offline.failure(action, params, code).await;
    }
}

#[tokio::test]
async fn favourites_are_listed_newest_first_and_need_no_connection() {
    let offline = Offline::new().await;
    let empty = offline.data("get_collection_list", json!({})).await;
    assert_eq!(
        empty["collectionSearchList"],
        json!({"collectionItemList": [], "hasMore": false, "bottomTimeStamp": "0"})
    );
    let mut ids = Vec::new();
    for params in [
        json!({"rawData": "é".repeat(60)}),
        json!({"raw_data": 5, "title": "a number"}),
        json!({"payload": {"content": "in an object", "brief": "🐱"}}),
        json!({"payload": {"raw_data": "in snake case", "title": "<&>"}}),
    ] {
        let created = offline.data("create_collection", params).await;
        assert_eq!(
            (&created["result"], &created["errMsg"]),
            (&json!(0), &json!(""))
        );
        ids.push(created["cid"].clone());
    }
    let list = offline
        .data(
            "get_collection_list",
            json!({"category": "0", "count": "3"}),
        )
        .await;
    let page = &list["collectionSearchList"];
    assert_eq!(page["hasMore"], true);
    let items = page["collectionItemList"].as_array().expect("a list");
    let shown: Vec<(&Value, &Value, &Value)> = items
        .iter()
        .map(|item| {
            let text = &item["summary"]["richMediaSummary"];
            (&item["cid"], &text["brief"], &text["subTitle"])
        })
        .collect();
    assert_eq!(
        shown,
        [
            (&ids[3], &json!("<&>"), &json!("in snake case")),
            (&ids[2], &json!("🐱"), &json!("in an object")),
            (&ids[1], &json!("a number"), &json!("5")),
        ]
    );
    assert_eq!(page["bottomTimeStamp"], items[2]["collectTime"]);
    assert_eq!(items[0]["author"]["numId"], "10001");
    let all = offline
        .data("get_collection_list", json!({"category": 2}))
        .await;
    let oldest = &all["collectionSearchList"]["collectionItemList"][3];
    assert_eq!(
        oldest["summary"]["richMediaSummary"]["brief"],
        "é".repeat(50)
    );
    let other = offline
        .data("get_collection_list", json!({"category": 7}))
        .await;
    assert_eq!(
        other["collectionSearchList"]["collectionItemList"],
        json!([])
    );
}

#[tokio::test]
async fn invalid_favourites_are_refused_and_add_nothing() {
    let offline = Offline::new().await;
    for (action, params, code, named) in [
        ("create_collection", json!({}), "PARAM_MISSING", "rawData"),
        (
            "create_collection",
            json!({"brief": "x"}),
            "PARAM_MISSING",
            "rawData",
        ),
        (
            "create_collection",
            json!({"payload": {}}),
            "PARAM_MISSING",
            "rawData",
        ),
        (
            "create_collection",
            json!({"rawData": ""}),
            "PARAM_INVALID",
            "rawData",
        ),
        (
            "create_collection",
            json!({"rawData": "x".repeat(65_537)}),
            "PARAM_INVALID",
            "rawData",
        ),
        (
            "create_collection",
            json!({"rawData": "x", "title": "x".repeat(65_537)}),
            "PARAM_INVALID",
            "brief",
        ),
        (
            "get_collection_list",
            json!({"count": 0}),
            "PARAM_INVALID",
            "count",
        ),
        (
            "get_collection_list",
            json!({"category": "all"}),
            "PARAM_INVALID",
            "category",
        ),
    ] {
        let text = offline.failure(action, params, code).await;
        assert!(text.contains(&format!("`{named}`")), "{text}");
    }
    let list = offline.data("get_collection_list", json!({})).await;
    assert_eq!(
        list["collectionSearchList"]["collectionItemList"],
        json!([])
    );
}

#[tokio::test]
async fn word_slices_are_cut_without_a_connection() {
    let offline = Offline::new().await;
    let slices = offline
        .data("get_word_slices", json!({"content": "hello world"}))
        .await;
    assert_eq!(slices, json!({"slices": ["hello", "world"]}));
    offline
        .failure(
            ".get_word_slices",
            json!({"content": "x".repeat(65_537)}),
            "PARAM_INVALID",
        )
        .await;
}
