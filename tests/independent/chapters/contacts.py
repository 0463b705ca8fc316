"""Friends, groups, members, profiles (protocol/04 §2–§5), and what else an account asks for."""

import json

from packets import OidbError
from protobuf import Message, encode
from steps import (
    BOB,
    BOBS_GROUP,
    BOT,
    BOTS_GROUP,
    CAROL,
    CAROLS_GROUP,
    DAVE,
    ERIN,
    chat_facts,
    step,
)


@step("the friend list, two at a time")
def friends(story):
    people, categories, pages = story.bob.friends(2)
    story.same(set(people), {BOT, BOB, CAROL, DAVE, ERIN}, "the friends and oneself (protocol/04 §3.1)")
    story.same(pages, 3, "five people on pages of two")
    story.expect(categories, "no categories (protocol/04 §3.1)")
    for uin, friend in people.items():
        story.same(friend.text("1"), story.uid(uin), f"the uid of {uin}")
        story.expect(friend.number("2") in categories, f"{uin} is in a category that is not listed")
        values = next(entry.message("2") for entry in friend.messages("10001") if entry.number("1") == 1)
        texts = {pair.number("1"): pair.raw("2") for pair in values.messages("2")}
        numbers = {pair.number("1"): pair.number("2") for pair in values.messages("1")}
        story.same(texts.get(20002, b"").decode(), story.name(uin), f"the nickname of {uin}")
        story.expect(20009 in numbers and 20037 in numbers, f"sex or age of {uin} is missing: {numbers}")
    counts = sum(category.number("3") for category in categories.values())
    story.expect(counts in (4, 5), f"the categories count {counts} friends")
    story.same(len(story.bob.friends(300)[0]), 5, "the friends on one page")


@step("login days, in the web wrapper")
def login_days(story):
    request = {"msg_req_basic_info": {"uint64_request_uin": [BOB, DAVE]}, "uint32_req_login_info": 1}
    answer = story.bob.ask("MQUpdateSvc_com_qq_ti.web.OidbSvc.0xdef_1", {2: 0, 3: json.dumps(request)})
    listed = json.loads(answer.text("4"))["msg_rsp_basic_info"]["rpt_msg_basic_info"]
    days = {entry["uint64_uin"]: entry["uint32_login_days"] for entry in listed}
    story.same(days, {BOB: 1, DAVE: 0}, "the login days (protocol/04 §3.10)")


@step("the safety of links")
def links(story):
    story.sandbox.act(None, "rate_host", host="evil.example", safety="dangerous")
    story.sandbox.act(None, "rate_host", host="kind.example", safety="safe")
    for url, warned, kind in (
        ("https://evil.example/", True, 0),
        ("https://www.kind.example/", False, 2),
        ("https://other.example/", False, 0),
    ):
        query = {1: url, 4: "mqq.group", 5: 2, 9: BOB, 10: "webview", 11: url, 12: 0, 14: 0, 15: url, 16: 1, 17: "AQQ"}
        verdict = story.bob.oidb(0xBCB, 0, {10: query}).messages("10.1")[0]
        story.same(verdict.text("1"), url, "the link (protocol/04 §13.2)")
        story.same((bool(verdict.text("4")), verdict.number("7")), (warned, kind), f"{url} (protocol/04 §13.2)")


@step("keys of stickers from the shop")
def sticker_keys(story):
    ids = ["9f31ab0c52d64e7f8091a2b3c4d5e6f7", "00" * 16]
    answer = story.bob.ask("BQMallSvc.TabOpReq", {1: 3, 5: {3: ids}})
    keys = [key.decode() for key in answer.numbers("5.1")]
    story.same([len(key) for key in keys], [16, 16], "two keys, in order (protocol/04 §13.12)")
    again = story.bob.ask("BQMallSvc.TabOpReq", {1: 3, 5: {3: ids[::-1]}}).numbers("5.1")
    story.same([key.decode() for key in again], keys[::-1], "the keys in the order of the request (protocol/04 §13.12)")


@step("pictures for a word")
def pictures(story):
    gif = "R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAkQBADs="
    url = story.sandbox.act(None, "offer_picture", word="cat", base64=gif)["url"]
    for word, wanted in (("cat", [url]), ("dog", [])):
        query = {2: BOB, 3: 1, 6: word, 7: word, 8: 0, 9: 0, 14: 1}
        found = story.bob.ask("PicSearchSvr.PullPics", query).messages("3")
        story.same([picture.text("5") for picture in found], wanted, "the pictures (protocol/04 §13.13)")


@step("the groups")
def groups(story):
    found = story.bob.groups()
    story.same(set(found), {BOTS_GROUP, BOBS_GROUP, CAROLS_GROUP}, "the groups")
    world = {group["group"]: group for group in story.sandbox.world()["groups"]}
    for group, owner, role in ((BOTS_GROUP, BOT, 2), (BOBS_GROUP, BOB, 4), (CAROLS_GROUP, CAROL, 2)):
        facts = found[group]
        story.same(facts.text("4.1.2"), story.uid(owner), f"the owner of {group}")
        story.same(facts.number("4.4"), 5, f"the members of {group}")
        story.expect(facts.number("4.3") >= 5, f"the most members of {group}")
        story.same(facts.text("4.5"), world[group]["name"], f"the name of {group}")
        story.same(facts.number("5.2"), role, f"the own role in {group} (protocol/04 §5.1)")


@step("the members, as a list and one by one")
def members(story):
    permissions = {BOT: 2, BOB: 1, CAROL: 0, DAVE: 0, ERIN: 0}
    for sub, mask in (
        (3, (10, 11, 12, 17, 100, 101, 102, 103, 107)),
        (4, (*range(10, 17), 20, 100, 101, 104, 105, 200)),
    ):
        people, count, _ = story.bob.members(BOBS_GROUP, sub, mask=mask)
        story.same(set(people), set(permissions), f"the members by 0xfe7_{sub}")
        story.same(count, 5, "member_count (protocol/04 §5.4)")
        for uin, member in people.items():
            story.same(member.text("1.2"), story.uid(uin), f"the uid of {uin}")
            story.same(member.text("10"), story.name(uin), f"the nickname of {uin}")
            story.same(member.number("107"), permissions[uin], f"the permission of {uin}")
            story.same(member.number("13"), 2 if uin == BOB else 1, f"field 13 of {uin}")
            story.same(member.number("103"), int(uin == BOT), f"field 103 of {uin}")
    for sub in (3, 4):
        only = story.bob.member_page(BOBS_GROUP, sub, uid=story.uid(DAVE)).messages("2")
        story.same([member.number("1.4") for member in only], [DAVE], f"one member by 0xfe7_{sub}")
    try:
        answer = story.bob.member_page(29999, 3)
        story.expect(not answer.messages("2"), "members of a group that does not exist")
    except OidbError as error:
        story.expect(error.text, "a refusal without text")


@step("many people at once")
def many_profiles(story):
    asked = {1: [story.uid(DAVE), story.uid(ERIN)], 3: [{1: 20002}]}
    found = {one.number("3"): one for one in story.bob.oidb(0xFE1, 8, asked).messages("1")}
    story.same(set(found), {DAVE, ERIN}, "two people by 0xfe1_8 (protocol/04 §2)")


@step("keys in one field, and a group's facts")
def more_contacts(story):
    bob = story.bob
    packed = b"".join(ntqq_varint(key) for key in (102, 103, 20002))
    page = bob.oidb(0xFD4, 1, {2: 300, 6: 1, 10001: [{1: 1, 2: {1: packed}}]})
    values = page.messages("101")[0].message("10001.2")
    keys = {pair.number("1") for pair in values.messages("2")}
    story.expect(20002 in keys, f"packed keys give {keys} (protocol/04 §3.1)")
    mask = {1: "", 2: 1, 5: 1, 6: 1, 15: "", 22: 1}
    facts = bob.oidb(0x88D, 0, {1: 537099973, 2: {1: BOBS_GROUP, 2: mask}}).message("1")
    story.same((facts.number("1"), facts.number("2")), (BOBS_GROUP, 0), "the group and its result (protocol/04 §5.2)")
    story.same(facts.text("3.1"), story.uid(BOB), "the owner (protocol/04 §5.2)")
    story.same(facts.number("3.6"), 5, "the members (protocol/04 §5.2)")
    name = next(g["name"] for g in story.sandbox.world()["groups"] if g["group"] == BOBS_GROUP)
    story.same(facts.text("3.15"), name, "the name (protocol/04 §5.2)")


def ntqq_varint(value):
    return encode({1: value})[1:]


@step("a group of five hundred")
def big_group(story):
    crowd = [story.sandbox.act(None, "create_account", nickname=f"Extra {number}")["uin"] for number in range(498)]
    group = story.sandbox.act(DAVE, "create_group", name="Crowd", members=[BOB, *crowd])["group"]
    joined = story.bob.event(85).payload
    story.same(joined.number("1"), group, "the group that Bob was put into (protocol/05 §5.3)")
    for sub in (3, 4):
        people, count, _ = story.bob.members(group, sub)
        story.same((len(people), count), (500, 500), "the members of a crowd")
        story.same(set(people), {DAVE, BOB, *crowd}, "who is in the crowd")
    story.same(story.bob.groups()[group].number("4.4"), 500, "the crowd's member count")
    story.crowd = group


@step("a group is disbanded")
def disbanded(story):
    group = story.crowd
    story.sandbox.act(DAVE, "dismiss_group", group=group)
    gone = story.bob.event(34, where=lambda push: push.payload.number("1") == group).payload
    story.same(gone.number("4"), 129, "the kind of a disbanding (protocol/05 §5.2)")
    story.expect(group not in story.bob.groups(), "a dismissed group is still listed")


@step("profiles, by uin and by uid")
def profiles(story):
    for who in (DAVE, story.uid(DAVE)):
        numbers, blobs, answer = story.bob.profile_of(who)
        story.same(blobs.get(20002, b"").decode(), story.name(DAVE), f"the nickname by {who}")
        story.expect(20009 in numbers and 20037 in numbers, f"sex or age by {who}: {numbers} (protocol/04 §4.2)")
        story.expect(102 in blobs, f"the signature by {who} (protocol/04 §4.2)")
        story.expect(len(blobs.get(20031, b"")) == 4, f"the birthday by {who} (protocol/04 §4.2)")
        story.same(answer.number("1.3"), DAVE, f"the uin by {who}")
    try:
        _, blobs, answer = story.bob.profile_of(DAVE, reserved=0)
        story.fail("by uin without reserved is served (protocol/04 §1)")
    except OidbError as error:
        named = "uid" in error.text and "openid" in error.text
        story.expect(named, f"the refusal says {error.text!r} (protocol/04 §1)")
    _, blobs, answer = story.bob.profile_of("u_nobodynobodynobodynobo")
    story.same((answer.number("1.3"), 20002 in blobs), (0, False), "an unknown uid (protocol/04 §2 and §4.1)")


@step("Bob changes his own profile")
def own_profile(story):
    bob = story.bob
    birthday = 1990 * 65536 + 2 * 256 + 3
    bob.oidb(0x112A, 2, {1: BOB, 2: [{1: 102, 2: "on the wind"}], 3: [{1: 20009, 2: 1}, {1: 20031, 2: birthday}]})
    numbers, blobs, _ = bob.profile_of(BOB)
    story.same(blobs[102].decode(), "on the wind", "the signature (protocol/04 §8.1)")
    story.same(numbers[20009], 1, "the sex (protocol/04 §8.1)")
    story.same(blobs[20031], bytes([1990 >> 8, 1990 & 0xFF, 2, 3]), "the birthday (protocol/04 §8.1)")
    story.same(blobs[20002].decode(), story.name(BOB), "the nickname, which was not named (protocol/04 §8.1)")
    try:
        bob.oidb(0x112A, 2, {1: BOB, 2: [{1: 20002, 2: ""}]})
        story.fail("an empty nickname is accepted")
    except OidbError as error:
        story.expect(error.text, "a refusal without text")
    bob.oidb(0x112A, 2, {1: BOB, 2: [{1: 102, 2: ""}], 3: [{1: 20009, 2: 0}, {1: 20031, 2: 0}]})


@step("Bob sets his online status")
def own_status(story):
    bob = story.bob

    def set_status(fields):
        return bob.ask("trpc.qq_new_tech.status_svc.StatusService.SetStatus", fields)

    for status, ext, word in ((10, 1028, 263169), (10, 1000, 15205121), (50, 0, 5), (10, 0, 1)):
        answer = set_status({1: status, 2: ext, 3: 66})
        story.same((answer.number("1"), answer.text("2")), (0, "set status success"), "the answer (protocol/04 §8.2)")
        numbers, _, _ = bob.profile_of(BOB, keys=(20002, 27372))
        story.same(numbers[27372], word, f"the presence word of {status} and {ext} (protocol/04 §4.4)")
    set_status({1: 10, 2: 2000, 3: 0, 4: {1: 21, 2: "at sea", 3: 1}})
    numbers, blobs, _ = bob.profile_of(BOB, keys=(20002, 27372, 27406))
    custom = Message(blobs[27406])
    story.same(numbers[27372], 13633281, "the presence word of a custom status (protocol/04 §4.4)")
    story.same((custom.number("1"), custom.text("2")), (21, "at sea"), "the custom status (protocol/04 §4.2)")
    answer = set_status({1: 20, 2: 0, 3: 0})
    story.expect(answer.number("1") and answer.text("2"), "nobody sets the status offline")
    set_status({1: 10, 2: 0, 3: 0})


@step("profiles with the keys in other legal places")
def profile_keys(story):
    keys = [20002, 20009, 20037, 20031, 102]
    for where, body in (
        ("in a message each", {1: DAVE, 3: [{1: key} for key in keys]}),
        ("in one message", {1: DAVE, 3: {1: keys}}),
        ("in two messages", {1: DAVE, 3: [{1: keys[:2]}, {1: keys[2:]}]}),
        ("packed", {1: DAVE, 3: {1: b"".join(ntqq_varint(key) for key in keys)}}),
        ("before the uin", {3: [{1: key} for key in keys], 1: DAVE}),
    ):
        answer = story.bob.oidb(0xFE1, 2, body, 1)
        found = {pair.number("1") for path in ("1.2.1", "1.2.2") for pair in answer.messages(path)}
        story.same(found, set(keys), f"the properties by keys {where} (protocol/04 §4.1)")
        story.same(answer.number("1.3"), DAVE, f"the uin by keys {where}")


@step("a nickname changes, and later messages carry the new one")
def nickname(story):
    old = story.name(DAVE)
    story.sandbox.act(DAVE, "set_profile", nickname="Davina")
    story.people[DAVE]["nickname"] = "Davina"
    story.sandbox.act(DAVE, "send_group_message", group=BOBS_GROUP, message="call me Davina")
    push = story.bob.event(82, where=lambda push: push.words == "call me Davina")
    chat_facts(story, push, DAVE, BOBS_GROUP)
    _, blobs, _ = story.bob.profile_of(DAVE)
    story.same(blobs.get(20002, b"").decode(), "Davina", "the nickname in the profile")
    story.same(story.bob.members(BOBS_GROUP)[0][DAVE].text("10"), "Davina", "the nickname in the member list")
    story.same(_friend_name(story.bob, DAVE), "Davina", "the nickname in the friend list")
    got = story.sandbox.bot("get_group_msg_history", group_id=BOBS_GROUP, count=1)["messages"][-1]
    story.same((got["raw_message"], got["sender"]["nickname"]), ("call me Davina", "Davina"), "what the bot reads")
    story.sandbox.act(DAVE, "set_profile", nickname=old)
    story.people[DAVE]["nickname"] = old
    story.sandbox.act(DAVE, "send_group_message", group=BOBS_GROUP, message="no, don't")
    push = story.bob.event(82, where=lambda push: push.words == "no, don't")
    chat_facts(story, push, DAVE, BOBS_GROUP)


def _friend_name(client, uin):
    friend = client.friends(300)[0][uin]
    values = next(entry.message("2") for entry in friend.messages("10001") if entry.number("1") == 1)
    return {pair.number("1"): pair.raw("2") for pair in values.messages("2")}.get(20002, b"").decode()
