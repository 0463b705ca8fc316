//! Known answers, written by hand from the field tables of protocol/04 §3 and §4.4.

use nekonap_ids::{Uid, Uin};
use prost::Message as _;

use super::{LikeTotals, OneWayFriend, Presence, Sex};
use crate::{
    command::ReplyError,
    proto::friends::{
        DeleteFriendRequest, FriendCategoryRequest, FriendRemarkRequest, FriendStatusesReply,
        FriendStatusesRequest, JsonReply, JsonRequest, LikesReply, LikesRequest, SendLikesRequest,
    },
};

/// Uid "u_ab" in field 1.
const UID: &str = "0a04755f6162";

fn uid() -> Uid {
    Uid::new("u_ab").expect("a uid")
}

#[track_caller]
fn is(request: &impl prost::Message, expected: &str) {
    assert_eq!(hex::encode(request.encode_to_vec()), expected);
}

#[test]
fn statuses_are_requested_with_the_own_uid() {
    is(
        &FriendStatusesRequest::new(uid()),
        &format!("{UID}28013800a00600a8069003"),
    );
}

#[test]
fn offline_and_invisible_friends_are_not_online() {
    // 5: { 1: "u_a", 2: 10 }, 5: { 1: "u_b", 2: 20 }, 5: { 1: "u_c", 2: 50 }, 5: { 1: "u_d", 2: 40 }, 5: { 1: "u_e" }
    let reply =
        "2a070a03755f61100a2a070a03755f6210142a070a03755f6310322a070a03755f6410282a050a03755f65";
    let reply =
        FriendStatusesReply::decode(&hex::decode(reply).expect("hex")[..]).expect("a reply");
    let online: Vec<String> = reply.online().map(|uid| uid.to_string()).collect();
    assert_eq!(online, ["u_a", "u_c"]);
}

#[test]
fn presence_is_a_status_or_an_activity() {
    for (value, status, ext) in [
        (1, 10, 0),
        (3, 30, 0),
        (4, 40, 0),
        (7, 70, 0),
        (263_169, 10, 1028),
        (15_205_121, 10, 1000),
        (13_633_281, 10, 2000),
    ] {
        let presence = Presence { status, ext };
        assert_eq!(Presence::of_property(value), presence);
        assert_eq!(Presence::of_property(value + (1 << 28)), presence);
        assert_eq!(presence.property(), value);
    }
    assert_eq!(Presence::of_property(0).status, 0);
    assert_eq!(Presence::of_property(u64::MAX).status, 10);
}

#[test]
fn likes_come_from_the_profile_card() {
    is(&SendLikesRequest::new(uid(), 10), "5a04755f61626047680a");
}

#[test]
fn each_list_of_likes_has_its_flag_and_pages_have_30_people_at_most() {
    is(
        &LikesRequest::received(uid(), 30, 20),
        &format!("{UID}100118012000a80601b0061eb80614"),
    );
    is(
        &LikesRequest::given(uid(), 0, 100),
        &format!("{UID}100118002001a80601b00600b8061e"),
    );
    is(&LikesRequest::totals(uid()), UID);
}

#[test]
fn likes_are_read_with_their_people() {
    // 1: { 1: "u_ab", 2: 5, 4: { 1: 120, 2: 2, 5: { 1: "u_c", 2: 71, 3: 9, 4: 10, 22: 3, 101: "C", 102: 2, 105: 1 } } },
    // 101: 30
    let reply = "0a280a04755f61621005221e087810022a180a03755f6310471809200ab00103aa060143b00602c80601a8061e";
    let reply = LikesReply::decode(&hex::decode(reply).expect("hex")[..]).expect("a reply");
    let totals = LikeTotals {
        time: 5,
        received: 120,
        new: 2,
        ..LikeTotals::default()
    };
    assert_eq!(reply.totals(), totals);
    assert_eq!(reply.next_page(), Some(30));
    assert_eq!(reply.liked().count(), 0);
    let liker = reply.likers().next().expect("a person");
    assert_eq!(liker.uid.as_str(), "u_c");
    assert_eq!(
        (liker.source, liker.latest, liker.count, liker.today),
        (71, 9, 10, 3)
    );
    assert_eq!(
        (&liker.nickname[..], liker.sex, liker.vip, liker.svip),
        ("C", Sex::Female, true, false)
    );
    assert_eq!(LikesReply::default().next_page(), None);
}

#[test]
fn remark_is_text_and_an_empty_one_is_written() {
    is(
        &FriendRemarkRequest::new(uid(), "R".to_owned()),
        &format!("{UID}120152"),
    );
    is(
        &FriendRemarkRequest::new(uid(), String::new()),
        &format!("{UID}1200"),
    );
}

#[test]
fn default_category_is_written() {
    is(&FriendCategoryRequest::new(uid(), 2), &format!("{UID}1002"));
    is(&FriendCategoryRequest::new(uid(), 0), &format!("{UID}1000"));
}

#[test]
fn deletion_has_the_constants_of_its_form() {
    is(
        &DeleteFriendRequest::new(uid(), false, true),
        &format!("0a19{UID}120d088201106d1a0608081008183218002001"),
    );
}

#[test]
fn one_way_friends_are_json() {
    let request = JsonRequest::one_way_friends(Uin::new(10_001).expect("a uin"));
    let json = r#"{"uint64_uin":10001,"uint64_top":0,"uint32_req_num":99,"bytes_cookies":""}"#;
    assert_eq!(request.json.as_deref(), Some(json));
    assert_eq!(request.one_way_limit(), Ok(99));
    let of = |json: &str| JsonReply {
        json: Some(json.to_owned()),
    };
    // "Moss", "QQ群"
    let reply = of(
        r#"{"ErrorCode":0,"rpt_block_list":[{"uint64_uin":10008,"str_uid":"u_ab","bytes_nick":"TW9zcw==","uint32_age":20,"uint32_sex":1,"bytes_source":"UVHnvqQ="},{"uint64_uin":0}]}"#,
    );
    let moss = OneWayFriend {
        uin: Uin::new(10_008).expect("a uin"),
        uid: Some(uid()),
        nickname: "Moss".to_owned(),
        age: 20,
        source: "QQ群".to_owned(),
    };
    assert_eq!(reply.one_way_friends(), Ok(vec![moss.clone()]));
    let again = JsonReply::of_one_way_friends(std::slice::from_ref(&moss));
    assert_eq!(again.one_way_friends(), Ok(vec![moss]));
    assert_eq!(of(r#"{"ErrorCode":0}"#).one_way_friends(), Ok(Vec::new()));
    assert!(matches!(
        of(r#"{"ErrorCode":7}"#).one_way_friends(),
        Err(ReplyError::Refused(refusal)) if refusal.code == 7
    ));
    assert!(matches!(
        of("{").one_way_friends(),
        Err(ReplyError::Malformed(_))
    ));
}

#[test]
fn login_days_are_json() {
    let bob = Uin::new(10_002).expect("a uin");
    let request = JsonRequest::login_days(bob);
    let json = r#"{"msg_req_basic_info":{"uint64_request_uin":[10002]},"uint32_req_login_info":1}"#;
    assert_eq!(request.json.as_deref(), Some(json));
    assert_eq!(request.login_days_of(), Ok(vec![bob]));
    let of = |json: &str| JsonReply {
        json: Some(json.to_owned()),
    };
    let reply = of(
        r#"{"ErrorCode":0,"msg_rsp_basic_info":{"rpt_msg_basic_info":[{"uint64_uin":1},{"uint64_uin":10002,"uint32_login_days":365}]}}"#,
    );
    assert_eq!(reply.login_days(bob), Ok(Some(365)));
    let again = JsonReply::of_login_days([(bob, 365)]);
    assert_eq!(again.login_days(bob), Ok(Some(365)));
    assert_eq!(of("{}").login_days(bob), Ok(None));
    assert!(matches!(
        of(r#"{"ErrorCode":7}"#).login_days(bob),
        Err(ReplyError::Refused(refusal)) if refusal.code == 7
    ));
    assert!(matches!(
        of("[").login_days(bob),
        Err(ReplyError::Malformed(_))
    ));
    let other = JsonRequest::one_way_friends(bob);
    assert!(other.login_days_of().is_err(), "it requests something else");
}
