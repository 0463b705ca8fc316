"""Writing and reading (protocol/02 §2–§4, §7)."""

import gzip
import json
import secrets
import struct
import time
import zlib

import ntqq
import strict
from protobuf import Message, encode
from steps import (
    BOB,
    BOBS_GROUP,
    BOT,
    BOTS_GROUP,
    CAROL,
    DAVE,
    ERIN,
    chat_facts,
    spoken,
    step,
)


@step("Bob writes to a group; everybody has it, he too")
def group_text(story):
    bob, carol = story.bob, story.carol
    before = bob.send_group(BOTS_GROUP, [ntqq.words("hm")])[0].number("11")
    story.same(bob.group_sequence(BOTS_GROUP), before, "the newest sequence (protocol/02 §6.4)")
    answer, random, _ = bob.send_group(
        BOTS_GROUP,
        [
            ntqq.words("good day "),
            ntqq.at(story.name(BOT), BOT, story.uid(BOT)),
            ntqq.words(" "),
            ntqq.face(14),
        ],
    )
    story.same(answer.number("1"), 0, "the result")
    sequence = answer.number("11")
    story.same(sequence, before + 1, "the group's next sequence (protocol/02 §2.7)")
    story.expect(not answer.number("14"), "both sequences are filled (protocol/02 §4.2)")
    story.expect(abs(answer.number("3") - time.time()) < 60, f"send_time {answer.number('3')}")
    for client in (bob, carol):
        push = client.event(82, where=lambda push: push.message.number("2.4") == random)
        chat_facts(story, push, BOB, BOTS_GROUP)
        story.same(push.message.number("2.5"), sequence, "the sequence of the push")
        story.same(push.message.number("2.6"), answer.number("3"), "the time of the push")
        elements = [element for element in push.message.messages("3.1.2") if not element.has("16")]
        story.same([list(element.fields) for element in elements], [[1], [1], [1], [2]], "the elements")
        story.same(push.words, f"good day @{story.name(BOT)} ", "the words")
        mention = elements[1]
        story.same(struct.unpack(">HHHBI", mention.raw("1.3")[:11])[4], BOT, "the mention's uin (protocol/02 §3.3)")
        story.same((mention.number("1.12.3"), mention.text("1.12.9")), (2, story.uid(BOT)), "the mention's reserve")
        story.same(elements[3].number("2.1"), 14, "the face")
    got = story.sandbox.bot("get_group_msg_history", group_id=BOTS_GROUP, count=1)["messages"][-1]
    story.same(got["user_id"], BOB, "the sender that the bot sees")
    kinds = [segment["type"] for segment in got["message"]]
    story.same(kinds, ["text", "at", "text", "face"], "what the bot received")
    story.same(got["message"][1]["data"]["qq"], str(BOT), "the mention that the bot sees")
    kept = story.sandbox.messages(group=BOTS_GROUP, limit=1)[-1]
    story.same((kept["from"], kept["sequence"], kept["random"]), (BOB, sequence, random), "what the sandbox kept")


@step("the bot writes to a group and to Bob")
def bot_writes(story):
    segments = [{"type": "text", "data": {"text": "hello from the bot "}}, {"type": "at", "data": {"qq": str(BOB)}}]
    story.sandbox.bot("send_group_msg", group_id=BOBS_GROUP, message=segments)
    for client in (story.bob, story.carol):
        push = client.event(82, where=lambda push: push.words.startswith("hello from the bot"))
        chat_facts(story, push, BOT, BOBS_GROUP)
        mention = push.message.messages("3.1.2")[1]
        story.same((mention.number("1.12.3"), mention.number("1.12.4")), (2, BOB), "the mention")
    story.sandbox.bot("send_private_msg", user_id=BOB, message="hello Bob")
    push = story.bob.event(166, where=lambda push: push.words == "hello Bob")
    chat_facts(story, push, BOT)


@step("Bob and Carol write to each other; the sequences agree")
def private_text(story):
    bob, carol = story.bob, story.carol
    answer, random, client_sequence = bob.send_friend(CAROL, story.uid(CAROL), [ntqq.words("are you there?")])
    sequence = answer.number("14")
    story.expect(answer.number("1") == 0 and sequence and not answer.number("11"), f"the answer {answer!r}")
    push = carol.event(166)
    chat_facts(story, push, BOB)
    message = push.message
    came = tuple(message.number(path) for path in ("2.4", "2.5", "2.11"))
    story.same(came, (random, client_sequence, sequence), "random, client sequence, shared sequence (protocol/02 §2.4)")
    story.same(push.words, "are you there?", "the words")
    back, _, _ = carol.send_friend(BOB, story.uid(BOB), [ntqq.words("I am")])
    story.expect(back.number("14") > sequence, "the shared sequence does not grow (protocol/02 §2.7)")
    story.same(bob.event(166).message.number("2.11"), back.number("14"), "the shared sequence of the other way")
    # Uid alone (protocol/02 §4.1).
    bob.send_message({1: {2: story.uid(CAROL)}}, [ntqq.words("by uid")])
    story.same(carol.event(166).words, "by uid", "a message by uid alone")
    echoes = [push for push in bob.unread() if push.type == 166]
    story.same(echoes, [], "echoes of private messages to the sending session (protocol/02 §2.8)")
    answer, _, _ = bob.send_friend(BOT, story.uid(BOT), [ntqq.words("for the bot")])
    got = story.sandbox.bot("get_friend_msg_history", user_id=BOB, count=1)["messages"][-1]
    story.same((got["user_id"], got["raw_message"]), (BOB, "for the bot"), "what the bot received")


@step("what may not be sent is refused")
def refusals(story):
    stranger = story.sandbox.act(None, "create_account", nickname="Nobody")
    closed = story.sandbox.act(DAVE, "create_group", name="Without Bob", members=[ERIN])["group"]
    for routing, results, what in (
        ({1: {1: stranger["uin"], 2: stranger["uid"]}}, (16,), "to a stranger"),
        ({2: {1: closed}}, (110,), "to a group that one is not in"),
        ({2: {1: 29999}}, (79, 110), "to a group that is not"),
    ):
        answer, _, _ = story.bob.send_message(routing, [ntqq.words("no")])
        story.expect(answer.number("1") in results, f"{what}: {answer.number('1')}, not {results} (protocol/02 §4.3)")
        story.expect(answer.text("2") and not answer.number("11") and not answer.number("14"), f"{what}: {answer!r}")
    everybody = {1: {1: "@全体成员", 3: bytes.fromhex("00010000000501000000000000"), 12: {3: 1, 4: 0, 5: 0, 9: "all"}}}
    answer, _, _ = story.bob.send_group(BOTS_GROUP, [everybody])
    story.same(answer.number("1"), 121, "a member's @everyone (protocol/02 §4.3)")


@step("what cannot be placed is refused with 79")
def misplaced(story):
    sent = story.bob.group_sequence(BOTS_GROUP)
    file = encode({1: 6, 2: "a.txt", 7: {2: {1: 102, 2: "/nowhere", 3: 1, 4: "a.txt"}}})
    point = {1: 70, 2: "0" * 32, 3: "0" * 40, 4: "a.png", 5: {1: 1, 2: 1001, 3: 0, 4: 0}, 6: 1, 7: 1, 8: 0, 9: 1}
    picture = encode({1: {1: {1: point, 2: "nowhere", 3: 1, 4: 1, 5: 1, 6: 0}}, 2: {1: {1: 0, 2: ""}, 10: 1}})
    for routing, elements, what in (
        (
            {2: {1: BOTS_GROUP}},
            [{5: {1: 24, 2: b"\1" + struct.pack(">H", len(file)) + file}}],
            "a group file (protocol/02 §3.12)",
        ),
        ({2: {1: BOTS_GROUP}}, [{53: {1: 48, 2: picture, 3: 99}}], "media of no business type (protocol/02 §3.8)"),
        ({2: {1: BOTS_GROUP}}, [{53: {1: 48, 2: picture, 3: 10}}], "a friend's picture in a group (protocol/02 §3.8)"),
        ({}, [ntqq.words("to whom?")], "a message to nobody (protocol/02 §4.3)"),
    ):
        answer, _, _ = story.bob.send_message(routing, elements)
        story.same(answer.number("1"), 79, what)
    story.same(story.bob.group_sequence(BOTS_GROUP), sent, "the newest sequence after refusals")


@step("the server throws the dice")
def dice(story):
    payload = encode({1: "1", 2: "33", 3: 358, 4: 1, 5: 2, 6: "9", 7: "/骰子", 9: 1})
    answer, random, _ = story.bob.send_group(BOTS_GROUP, [{53: {1: 37, 2: payload, 3: 2}}])
    thrown = Message(answer.raw("13")).text("6")
    story.expect(thrown in "123456" and len(thrown) == 1, f"the answer shows {thrown!r} (protocol/02 §3.4, §4.2)")
    for client in (story.bob, story.carol):
        push = client.event(82, where=lambda push: push.message.number("2.4") == random)
        element = next(e for e in push.message.messages("3.1.2") if e.has("53"))
        story.same(Message(element.raw("53.2")).text("6"), thrown, "the dice that others see (protocol/02 §3.4)")


@step("Bob calls everybody, and quotes")
def replies(story):
    bob, carol = story.bob, story.carol
    everybody = {1: {1: "@全体成员", 3: bytes.fromhex("00010000000501000000000000"), 12: {3: 1, 4: 0, 5: 0, 9: "all"}}}
    answer, random, _ = bob.send_group(BOBS_GROUP, [everybody, ntqq.words(" wake up")])
    story.same(answer.number("1"), 0, "an owner's @everyone")
    push = carol.event(82, where=lambda push: push.message.number("2.4") == random)
    mention = push.message.messages("3.1.2")[0]
    story.same((mention.raw("1.3")[6], mention.number("1.12.3")), (1, 1), "everybody (protocol/02 §3.3)")
    said, random, _ = carol.send_group(BOBS_GROUP, [ntqq.words("awake")])
    sequence, uid = said.number("11"), 0x01000000 << 32 | random
    bob.send_group(
        BOBS_GROUP,
        [
            {
                45: {
                    1: sequence,
                    2: CAROL,
                    3: said.number("3"),
                    4: 1,
                    5: encode(ntqq.words("awake")),
                    8: {3: uid, 6: story.uid(CAROL)},
                }
            },
            {1: {1: "@" + story.name(CAROL), 12: {3: 2, 4: 0, 9: story.uid(CAROL)}}},
            ntqq.words(" "),
            ntqq.words("good"),
        ],
    )
    push = carol.event(82, where=lambda push: push.words.endswith("good"))
    reply = push.message.messages("3.1.2")[0].message("45")
    story.same((reply.numbers("1"), reply.number("2"), reply.number("8.3")), ([sequence], CAROL, uid), "the quoted")
    kept = story.sandbox.messages(group=BOBS_GROUP, limit=1)[-1]["message"]
    story.expect({"type": "reply", "sequence": sequence}.items() <= kept[0].items(), f"what the sandbox kept: {kept}")
    said, random, client_sequence = bob.send_friend(CAROL, story.uid(CAROL), [ntqq.words("psst")])
    shared = said.number("14")
    carol.event(166, where=lambda push: push.words == "psst")
    reserve = {3: 0x01000000 << 32 | random, 6: story.uid(BOB), 7: story.uid(CAROL), 8: shared}
    carol.send_friend(
        BOB, story.uid(BOB), [{45: {1: client_sequence, 2: BOB, 3: said.number("3"), 8: reserve}}, ntqq.words("yes?")]
    )
    push = bob.event(166, where=lambda push: push.words == "yes?")
    reply = push.message.messages("3.1.2")[0].message("45")
    story.same((reply.numbers("1"), reply.number("8.8")), ([client_sequence], shared), "the quoted private message")


@step("twenty requests at once")
def at_once(story):
    bob = story.bob
    command = "MessageSvc.PbSendMsg"
    waiting, randoms = [], []
    for number in range(20):
        sequence = bob.next_sequence()
        randoms.append(secrets.randbits(32) | 1)
        payload = encode(
            {
                1: {2: {1: BOTS_GROUP}},
                2: {1: 1, 2: 0, 3: 0},
                3: {1: {2: [ntqq.words(f"number {number}")]}},
                4: 0,
                5: randoms[-1],
            }
        )
        waiting.append((sequence, bob.expect(sequence), bob.packet(command, payload, sequence)))
    bob.send(b"".join(packet for _, _, packet in waiting))
    sequences = [Message(bob.collect(answer, command, sequence).body).number("11") for sequence, answer, _ in waiting]
    first = sequences[0]
    wanted = list(range(first, first + 20))
    story.same(sequences, wanted, "the sequences of one connection's messages (protocol/02 §2.7)")
    seen = [story.carol.event(82, where=lambda push: push.message.number("2.4") in randoms).words for _ in range(20)]
    story.same(seen, [f"number {number}" for number in range(20)], "the order in which they arrive (protocol/05 §10.1)")


@step("every kind of element arrives with the fields that strict clients need")
def every_element(story):
    said = story.sandbox.act(DAVE, "send_group_message", group=BOTS_GROUP, message="first")
    story.bob.event(82, where=lambda push: push.words == "first")
    picture = json_picture()
    messages = {
        "a face": [{"type": "face", "id": 14}],
        "a new face": [{"type": "face", "id": 277}],
        "a large face": [{"type": "face", "id": 311}],
        "a mention": [{"type": "at", "uin": BOB}, {"type": "text", "text": " hm"}],
        "a reply": [{"type": "reply", "sequence": said["sequence"]}, {"type": "text", "text": "yes"}],
        "a card": [{"type": "ark", "json": json.dumps({"app": "com.example", "view": "v", "prompt": "p"})}],
        "xml": [{"type": "xml", "xml": "<?xml version='1.0'?><msg serviceID=\"60\"></msg>"}],
        "markdown": [{"type": "markdown", "text": "# hm"}],
        "dice": [{"type": "dice", "value": 5}],
        "hands": [{"type": "rps", "value": 2}],
        "a sticker": [
            {"type": "market_face", "id": "00112233445566778899aabbccddeeff", "package": 1, "name": "[开心]"}
        ],
        "a picture": [{"type": "image", "base64": picture, "name": "a.png"}],
        "a forward": [{"type": "forward", "messages": [{"uin": BOB, "name": "Bob", "message": "once"}]}],
    }
    for what, message in messages.items():
        story.sandbox.act(DAVE, "send_group_message", group=BOTS_GROUP, message=message)
        push = story.bob.event(82, where=lambda push: push.message.number("1.1") == DAVE)
        chat_facts(story, push, DAVE, BOTS_GROUP)
        found = [element for element in push.message.messages("3.1.2") if not element.has("16")]
        story.expect(found, f"{what} has no elements")
        if what == "a reply":
            reply = found[0].message("45")
            story.same(reply.numbers("1"), [said["sequence"]], "the quoted sequence (protocol/02 §3.11)")
            story.same((reply.number("2"), reply.text("8.6")), (DAVE, story.uid(DAVE)), "the quoted sender")
            story.same(reply.number("8.3"), 0x01000000 << 32 | said["random"], "the quoted uid (protocol/02 §3.11)")
        if what == "dice":
            payload = found[0].message("53").message("2")
            facts = (found[0].number("53.1"), payload.number("3"), payload.text("6"))
            story.same(facts, (37, 358, "5"), "the dice (protocol/02 §3.4)")
        if what == "a card":
            story.expect(found[0].raw("51.1")[:1] in (b"\0", b"\1"), "the card's first byte (protocol/02 §3.10)")
    for what, message in messages.items():
        if what not in ("a mention", "a reply"):
            story.sandbox.act(ERIN, "send_private_message", to=BOB, message=message)
            chat_facts(story, story.bob.event(166, where=lambda push: push.message.number("1.1") == ERIN), ERIN)


def json_picture():
    """A PNG of one point, as base64."""
    return "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@step("a message through a group to one who is no friend")
def temporary(story):
    zoe = story.sandbox.act(None, "create_account", nickname="Zoe")
    story.people[zoe["uin"]] = {"uid": zoe["uid"], "nickname": "Zoe"}
    story.zoe = zoe["uin"]
    group = story.sandbox.act(ERIN, "create_group", name="Meeting place", members=[BOB, story.zoe])["group"]
    story.sandbox.act(story.zoe, "send_temporary_message", group=group, to=BOB, message="you do not know me")
    push = story.bob.event(141)
    story.same(push.words, "you do not know me", "the words")
    came = (push.message.number("1.7.1"), push.message.number("1.7.4"))
    story.same(came, (2, group), "c2c 1 and 4 (protocol/02 §2.3)")
    # The two readings of the routing (protocol/02 §4.1).
    for routing in (
        {3: {1: group, 2: story.zoe}},
        {3: {3: group, 4: zoe["uid"]}},
        {3: {1: group, 2: story.zoe, 3: group, 4: zoe["uid"]}},
    ):
        answer, _, _ = story.bob.send_message(routing, [ntqq.words("who are you?")])
        story.expect(answer.number("1") == 0 and answer.number("14"), f"a temporary message by {routing}: {answer!r}")


@step("a merged forward goes up, and comes down for another account")
def forward(story):
    node = {
        1: {1: DAVE, 2: "", 8: {1: BOTS_GROUP, 4: "Dave", 5: 2}},
        2: {1: 82, 4: 77, 5: 1234567, 6: 1700000000, 7: 1, 8: 0, 9: 0, 15: {1: 0, 2: 0, 3: 0}},
        3: {1: {2: [ntqq.words("once upon a time")]}},
    }
    payload = gzip.compress(encode({2: [{1: "MultiMsg", 2: {1: [node]}}]}))
    service = "trpc.group.long_msg_interface.MsgService."
    attributes = {1: 4, 2: 1, 3: 7, 4: 0}
    answer = story.bob.ask(
        service + "SsoSendLongMsg", {2: {1: 3, 2: {2: str(BOTS_GROUP)}, 3: BOTS_GROUP, 4: payload}, 15: attributes}
    )
    name = answer.text("2.3")
    story.expect(name and answer.has("15.1"), f"the answer to an upload {answer!r} (protocol/01 §9.1)")
    down = story.carol.ask(
        service + "SsoRecvLongMsg", {1: {1: {2: story.uid(CAROL)}, 2: name, 3: 1}, 15: {1: 2, 2: 0, 3: 0, 4: 0}}
    )
    story.same(down.text("1.3"), name, "res_id of a download (protocol/02 §7.2)")
    story.expect(down.has("15.1"), "15.1 of a download (protocol/01 §9.1)")
    item = Message(gzip.decompress(down.raw("1.4"))).message("2")
    story.same(item.text("1"), "MultiMsg", "the item's name (protocol/02 §7.3)")
    message = item.messages("2.1")[0]
    story.same((message.number("1.1"), spoken(message)), (DAVE, "once upon a time"), "the node")
    # A forward that the server makes for a person without a client.
    inside = [{"uin": BOB, "name": "Bob", "message": "made by the server"}]
    message = [{"type": "forward", "messages": inside}]
    said = story.sandbox.act(DAVE, "send_group_message", group=BOTS_GROUP, message=message)
    push = story.carol.event(82, where=lambda push: push.message.number("2.4") == said["random"])
    data = next(e for e in push.message.messages("3.1.2") if e.has("51")).raw("51.1")
    card = json.loads(zlib.decompress(data[1:]) if data[0] else data[1:])
    detail = card["meta"]["detail"]
    story.same((card["app"], card["view"]), ("com.tencent.multimsg", "contact"), "the card (protocol/02 §7.4)")
    story.expect(detail["news"] and detail["uniseq"] == json.loads(card["extra"])["filename"], f"the card {card}")
    down = story.carol.ask(
        service + "SsoRecvLongMsg",
        {1: {1: {2: story.uid(CAROL)}, 2: detail["resid"], 3: 1}, 15: {1: 2, 2: 0, 3: 0, 4: 0}},
    )
    message = Message(gzip.decompress(down.raw("1.4"))).message("2").messages("2.1")[0]
    story.same((message.number("1.1"), spoken(message)), (BOB, "made by the server"), "the node")
    for fault in strict.message_faults(message):
        story.fail(f"a node of the server's making: {fault}")
    gone = story.carol.ask(service + "SsoRecvLongMsg", {1: {1: {2: story.uid(CAROL)}, 2: "nowhere", 3: 1}, 15: {1: 2}})
    story.same(gone.raw("1.4"), b"", "the payload of an id that is not (protocol/02 §7.2)")
