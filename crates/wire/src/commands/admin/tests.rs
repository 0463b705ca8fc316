//! Known answers, written by hand from the field tables of protocol/04 §6.

use nekonap_ids::{GroupUin, Uid, Uin};
use prost::Message as _;

use crate::proto::admin::{
    ChangeGroupRequest, ChangeMemberRequest, EverybodyRequest, KickRequest, LeaveRequest,
    MuteRequest, RemarkRequest, SetAdminRequest,
};

/// Group 20001 in field 1.
const GROUP: &str = "08a19c01";

fn group() -> GroupUin {
    GroupUin::new(20001).expect("a group")
}

fn uid() -> Uid {
    Uid::new("u_ab").expect("a uid")
}

#[track_caller]
fn is(request: &impl prost::Message, rest: &str) {
    assert_eq!(
        hex::encode(request.encode_to_vec()),
        format!("{GROUP}{rest}")
    );
}

#[test]
fn kick_lists_the_uids() {
    let two = [uid(), Uid::new("u_c").expect("a uid")];
    is(
        &KickRequest::new(group(), &two, true),
        "10001a04755f61621a03755f6320012a00",
    );
}

#[test]
fn mute_counts_its_entries_and_zero_is_written() {
    is(
        &MuteRequest::new(group(), uid(), 600),
        "10011a090a04755f616210d804",
    );
    is(
        &MuteRequest::new(group(), uid(), 0),
        "10011a080a04755f61621000",
    );
}

#[test]
fn mute_of_the_whole_group_is_field_17_and_zero_is_written() {
    is(
        &ChangeGroupRequest::mute_all(group(), true),
        "12078801ffffffff0f",
    );
    is(&ChangeGroupRequest::mute_all(group(), false), "1203880100");
}

#[test]
fn join_option_and_search_are_in_their_fields() {
    let question =
        ChangeGroupRequest::join_option(group(), 4, Some("Q".to_owned()), Some("A".to_owned()));
    is(&question, "120b800104f2010151fa010141");
    is(
        &ChangeGroupRequest::join_option(group(), 1, None, None),
        "1203800101",
    );
    is(
        &ChangeGroupRequest::search(group(), Some(1), Some(0)),
        "1206980201a00200",
    );
}

#[test]
fn name_is_in_field_3_of_the_record() {
    is(
        &ChangeGroupRequest::name(group(), "new".to_owned()),
        "12051a036e6577",
    );
}

#[test]
fn card_is_in_field_8_and_an_empty_one_is_written() {
    is(
        &ChangeMemberRequest::card(group(), uid(), "C".to_owned()),
        "1a090a04755f6162420143",
    );
    is(
        &ChangeMemberRequest::card(group(), uid(), String::new()),
        "1a080a04755f61624200",
    );
}

#[test]
fn title_is_written_twice_and_does_not_expire() {
    is(
        &ChangeMemberRequest::title(group(), uid(), "T".to_owned()),
        "1a170a04755f61622a015430ffffffffffffffffff013a0154",
    );
    is(
        &ChangeMemberRequest::title(group(), uid(), String::new()),
        "1a150a04755f61622a0030ffffffffffffffffff013a00",
    );
}

#[test]
fn administrator_flag_is_written_in_both_directions() {
    is(
        &SetAdminRequest::new(group(), uid(), true),
        "1204755f61621801",
    );
    is(
        &SetAdminRequest::new(group(), uid(), false),
        "1204755f61621800",
    );
}

#[test]
fn allowance_is_asked_for_the_account_and_the_group() {
    let me = Uin::new(10001).expect("an account");
    let request = EverybodyRequest::new(group(), me);
    assert_eq!(
        hex::encode(request.encode_to_vec()),
        "08011002180120914e28a19c01"
    );
}

#[test]
fn leaving_names_the_group() {
    is(&LeaveRequest::new(group()), "");
}

#[test]
fn remark_is_nested_and_an_empty_one_is_written() {
    let hex =
        |text: &str| hex::encode(RemarkRequest::new(group(), text.to_owned()).encode_to_vec());
    assert_eq!(hex("R"), "0a0708a19c011a0152");
    assert_eq!(hex(""), "0a0608a19c011a00");
}
