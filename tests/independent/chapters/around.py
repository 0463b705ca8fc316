"""What happens around one (protocol/05 §5)."""

import time

import ntqq
from protobuf import Message
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


@step("a friendship is asked for, granted and ended")
def friendship(story):
    bob, zoe = story.bob, story.zoe
    story.sandbox.act(zoe, "request_friend", to=BOB, comment="from the meeting place")
    push = bob.event(528, 35)
    facts = push.payload.message("1")
    came = (facts.text("1"), facts.text("2"), facts.text("10"))
    story.same(came, (story.uid(BOB), story.uid(zoe), "from the meeting place"), "the request (protocol/05 §5.8)")
    story.same(push.message.number("1.1"), zoe, "from_uin (protocol/05 §2.2)")
    listed = bob.oidb(0x5CF, 11, {1: 1, 3: 6, 4: story.uid(BOB), 5: 0, 6: 80, 8: 2, 9: 0, 12: 1, 22: 1})
    entry = next(item for item in listed.messages("3.7") if item.text("2") == story.uid(zoe))
    story.same((entry.text("1"), entry.number("3")), (story.uid(BOB), 1), "the listed request (protocol/04 §3.2)")
    bob.oidb(0xB5D, 44, {1: 3, 2: story.uid(zoe)})
    made = bob.event(528, 179)
    story.same((made.payload.text("2.1"), made.payload.text("2.9")), (story.uid(zoe), story.uid(BOB)), "528/179")
    story.same(made.payload.text("2.5"), "Zoe", "the new friend's name (protocol/05 §5.9)")
    story.expect(zoe in bob.friends(300)[0], "the new friend is not listed")
    story.sandbox.act(zoe, "send_private_message", to=BOB, message="friends now")
    story.same(bob.event(166, where=lambda push: push.message.number("1.1") == zoe).words, "friends now", "her words")
    bob.oidb(0x126B, 0, {1: {1: story.uid(zoe), 2: {1: 130, 2: 109, 3: {1: 8, 2: 8, 3: 50}}, 3: 0, 4: 1}})
    change = bob.event(528, 39, lambda push: push.payload.number("1.2") == 5).payload
    story.same(change.text("1.14.1"), story.uid(zoe), "the deleted friend (protocol/05 §5.13)")
    story.expect(zoe not in bob.friends(300)[0], "a deleted friend is still listed")


@step("the notices of a group, and who comes and goes")
def membership(story):
    bob, zoe = story.bob, story.zoe
    none = bob.oidb(0x10C0, 1, {1: 20, 2: 0})
    if not none.messages("1"):
        story.same(none.data, b"", "the answer when there is no notice (protocol/01 §9.1)")
    said = story.sandbox.act(zoe, "join_group", group=BOBS_GROUP, comment="let me in")
    if not said.get("joined"):
        asked = bob.event(84).payload
        facts = (asked.number("1"), asked.text("3"), asked.text("5"))
        story.same(facts, (BOBS_GROUP, story.uid(zoe), "let me in"), "the application (protocol/05 §5.5)")
        notice = next(
            item for item in bob.oidb(0x10C0, 1, {1: 20, 2: 0}).messages("1") if item.text("5.1") == story.uid(zoe)
        )
        facts = (notice.number("2"), notice.number("3"), notice.number("4.1"), notice.text("10"))
        story.same(facts, (1, 1, BOBS_GROUP, "let me in"), "the notice (protocol/04 §5.6)")
        bob.oidb(0x10C8, 1, {1: 1, 2: {1: notice.number("1"), 2: 1, 3: BOBS_GROUP, 4: ""}})
    for client in (bob, story.carol):
        joined = client.event(33).payload
        facts = (joined.number("1"), joined.text("3"), joined.number("4"))
        story.same(facts, (BOBS_GROUP, story.uid(zoe), 130), "the newcomer (protocol/05 §5.1)")
    story.sandbox.act(zoe, "send_group_message", group=BOBS_GROUP, message="hello all")
    chat_facts(story, bob.event(82, where=lambda push: push.words == "hello all"), zoe, BOBS_GROUP)
    story.sandbox.bot("set_group_kick", group_id=BOBS_GROUP, user_id=zoe)
    left = bob.event(34).payload
    facts = (left.number("1"), left.text("3"), left.number("4"), Message(left.raw("5")).text("1.1"))
    story.same(facts, (BOBS_GROUP, story.uid(zoe), 131, story.uid(BOT)), "the kick (protocol/05 §5.2)")
    story.sandbox.act(DAVE, "leave_group", group=CAROLS_GROUP)
    left = bob.event(34, where=lambda push: push.payload.text("3") == story.uid(DAVE)).payload
    story.same((left.number("1"), left.number("4")), (CAROLS_GROUP, 130), "who left (protocol/05 §5.2)")


@step("a member is muted")
def mute(story):
    story.sandbox.bot("set_group_ban", group_id=BOTS_GROUP, user_id=CAROL, duration=600)
    for client in (story.bob, story.carol):
        mute = client.event(732, 12).payload
        facts = (mute.number("1"), mute.text("4"), mute.text("5.3.1"), mute.number("5.3.2"))
        story.same(facts, (BOTS_GROUP, story.uid(BOT), story.uid(CAROL), 600), "the mute (protocol/05 §5.19)")
    answer, _, _ = story.carol.send_group(BOTS_GROUP, [ntqq.words("mmh")])
    story.same(answer.number("1"), 120, "a muted person's message (protocol/02 §4.3)")
    until = story.bob.members(BOTS_GROUP)[0][CAROL].number("102")
    story.expect(abs(until - time.time() - 600) < 60, f"mute_until {until} (protocol/04 §5.4)")
    story.sandbox.bot("set_group_ban", group_id=BOTS_GROUP, user_id=CAROL, duration=0)
    story.same(story.carol.event(732, 12).payload.number("5.3.2"), 0, "the mute's end (protocol/05 §5.19)")
    story.bob.event(732, 12)


@step("a group is renamed")
def renamed(story):
    story.sandbox.bot("set_group_name", group_id=BOTS_GROUP, group_name="Renamed")
    for client in (story.bob, story.carol):
        body = client.event(732, 16, lambda push: push.payload.number("13") == 12).payload
        facts = (body.number("4"), body.text("5.2"), body.text("21"))
        story.same(facts, (BOTS_GROUP, "Renamed", story.uid(BOT)), "the name (protocol/05 §5.20)")
    story.same(story.bob.groups()[BOTS_GROUP].text("4.5"), "Renamed", "the name in the list")


@step("a member gets a title")
def titled(story):
    story.sandbox.bot("set_group_special_title", group_id=BOTS_GROUP, user_id=BOB, special_title="Builder")
    body = story.bob.event(732, 16, lambda push: push.payload.number("13") == 6).payload
    story.same(body.number("5.5"), BOB, "whose title (protocol/05 §5.21)")
    story.expect("Builder" in body.text("5.2"), f"the title {body.text('5.2')} (protocol/05 §5.21)")
    story.same(story.bob.members(BOTS_GROUP)[0][BOB].text("17"), "Builder", "the title of a member (protocol/04 §5.4)")


@step("a member becomes administrator, and then a member again")
def administrators(story):
    for enable, field in ((True, "4.2"), (False, "4.1")):
        story.sandbox.bot("set_group_admin", group_id=BOTS_GROUP, user_id=BOB, enable=enable)
        payload = story.bob.event(44).payload
        facts = (payload.number("1"), payload.number("3"), payload.text(field + ".1"))
        story.same(facts, (BOTS_GROUP, int(enable), story.uid(BOB)), "the administrator (protocol/05 §5.4)")
        role = story.bob.members(BOTS_GROUP)[0][BOB].number("107")
        story.same(role, 2 if enable else 0, "the member's permission (protocol/04 §5.4)")


@step("a whole group is muted")
def whole_mute(story):
    for enable in (True, False):
        story.sandbox.bot("set_group_whole_ban", group_id=BOTS_GROUP, enable=enable)
        payload = story.bob.event(732, 12).payload
        facts = (payload.text("5.3.1"), payload.number("5.3.2"))
        story.same(facts, ("", 0xFFFFFFFF if enable else 0), "the whole group's mute (protocol/05 §5.19)")


@step("a member gets a card")
def card(story):
    story.sandbox.bot("set_group_card", group_id=BOTS_GROUP, user_id=BOB, card="Bob the builder")
    _, random, _ = story.bob.send_group(BOTS_GROUP, [ntqq.words("with a card")])
    push = story.carol.event(82, where=lambda push: push.message.number("2.4") == random)
    facts = (push.message.text("1.8.4"), push.message.number("1.8.5"))
    story.same(facts, ("Bob the builder", 1), "the card in the routing head (protocol/02 §2.3)")
    story.same(story.bob.members(BOTS_GROUP)[0][BOB].text("11.2"), "Bob the builder", "the card of a member")


@step("Dave types")
def typing(story):
    story.sandbox.act(DAVE, "typing", to=BOB, typing=True)
    facts = story.bob.event(528, 277).payload
    came = (facts.text("1"), facts.text("2"), facts.number("3.4"))
    story.same(came, (story.uid(DAVE), story.uid(BOB), 1), "typing (protocol/05 §5.12)")


@step("Bob types")
def bob_types(story):
    for event, seen in ((1, 1), (0, 2)):
        story.bob.oidb(0xCD4, 1, {1: {1: story.uid(CAROL), 2: 0, 3: event}})
        facts = story.carol.event(528, 277).payload
        came = (facts.text("1"), facts.text("2"), facts.number("3.4"))
        story.same(came, (story.uid(BOB), story.uid(CAROL), seen), "typing (protocol/05 §10.4)")


@step("Dave likes Bob's profile")
def profile_like(story):
    bob = story.bob
    story.sandbox.act(DAVE, "like_profile", target=BOB, times=3)
    change = bob.event(528, 39, lambda push: 203 in push.payload.numbers("1.2") + push.payload.numbers("2")).payload
    story.expect(change.data, "a profile like (protocol/05 §5.15)")


@step("an invitation")
def invitation(story):
    group = story.sandbox.act(DAVE, "create_group", name="Cosy", members=[ERIN])["group"]
    story.sandbox.act(DAVE, "invite_to_group", group=group, target=BOB)
    invited = story.bob.event(87).payload
    story.same((invited.number("1"), invited.text("5")), (group, story.uid(DAVE)), "the invitation (protocol/05 §5.6)")
    notice = next(
        item for item in story.bob.oidb(0x10C0, 1, {1: 20, 2: 0}).messages("1") if item.number("4.1") == group
    )
    facts = (notice.number("2"), notice.number("3"), notice.text("5.1"), notice.text("6.1"))
    story.same(facts, (2, 1, story.uid(BOB), story.uid(DAVE)), "the notice of an invitation (protocol/04 §5.6)")
    story.bob.oidb(0x10C8, 1, {1: 1, 2: {1: notice.number("1"), 2: 2, 3: group, 4: ""}})
    joined = story.bob.event(85, where=lambda push: push.payload.number("1") == group).payload
    story.same(joined.text("3"), story.uid(DAVE), "who invited (protocol/05 §5.3)")
    story.expect(group in story.bob.groups(), "the group is not listed")
