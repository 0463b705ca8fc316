"""Recalls, reactions, essence, pokes (protocol/02 §5, §9, §10; protocol/04 §3.9)."""

import ntqq
import strict
from packets import ClientError, OidbError
from protobuf import Message, encode
from steps import (
    BOB,
    BOBS_GROUP,
    BOT,
    BOTS_GROUP,
    CAROL,
    DAVE,
    ERIN,
    spoken,
    step,
)


@step("a group message is recalled")
def group_recall(story):
    bob, carol = story.bob, story.carol
    answer, random, _ = bob.send_group(BOTS_GROUP, [ntqq.words("a slip")])
    sequence = answer.number("11")
    refused = carol.recall_group(BOTS_GROUP, sequence, random)
    story.expect(refused.number("1"), "a member recalls another's message (protocol/02 §5)")
    done = bob.recall_group(BOTS_GROUP, sequence, random)
    story.same((done.number("1"), done.text("2")), (0, "Success"), "the answer (protocol/02 §5.1)")
    for client in (bob, carol):
        recall = client.event(732, 17).payload
        entry = recall.message("11.3")
        story.same(recall.number("4"), BOTS_GROUP, "the group")
        story.same(recall.text("11.1"), story.uid(BOB), "the operator (protocol/05 §5.25)")
        facts = (entry.number("1"), entry.number("2"), entry.number("3"), entry.text("6"))
        story.same(facts, (sequence, answer.number("3"), random, story.uid(BOB)), "the message (protocol/05 §5.25)")
    left = [m for m in bob.group_history(BOTS_GROUP, sequence, sequence) if m.number("1.1")]
    story.same(left, [], "a recalled message in history (protocol/02 §6)")
    story.expect(story.sandbox.messages(group=BOTS_GROUP, limit=1)[-1]["recalled"], "the sandbox did not mark it")
    # The owner recalls a member's.
    said = story.sandbox.act(DAVE, "send_group_message", group=BOBS_GROUP, message="nonsense")
    bob.event(82, where=lambda push: push.words == "nonsense")
    bob.recall_group(BOBS_GROUP, said["sequence"], said["random"])
    recall = bob.event(732, 17).payload
    facts = (recall.text("11.1"), recall.text("11.3.6"), recall.number("11.3.1"))
    story.same(facts, (story.uid(BOB), story.uid(DAVE), said["sequence"]), "the owner's recall")


@step("a private message is recalled, by Bob and by Dave")
def private_recall(story):
    bob, carol = story.bob, story.carol
    answer, random, client_sequence = bob.send_friend(CAROL, story.uid(CAROL), [ntqq.words("not for you")])
    carol.event(166, where=lambda push: push.words == "not for you")
    moment, sequence = answer.number("3"), answer.number("14")
    done = bob.recall_private(story.uid(CAROL), client_sequence, random, moment, sequence)
    story.expect(not done.has("1") and not done.has("2"), "a success with 1 or 2 (protocol/02 §5.2)")
    story.expect(done.has("3") and done.message("5.3").data, f"the answer {done!r} (protocol/02 §5.2)")
    echoed = done.message("5.3")
    story.same((echoed.number("2"), echoed.number("6")), (random, sequence), "the request's field 4 (protocol/02 §5.2)")
    wanted = (story.uid(BOB), story.uid(CAROL), client_sequence, 0x01000000 << 32 | random, moment, random, sequence)
    for client, sub, peer in ((carol, 138, BOB), (bob, 139, None)):
        push = client.event(528, sub)
        facts = push.payload.message("1")
        came = (
            facts.text("1"),
            facts.text("2"),
            facts.number("3"),
            facts.number("4"),
            facts.number("5"),
            facts.number("6"),
            facts.number("20"),
        )
        story.same(came, wanted, f"528/{sub} (protocol/05 §5.10)")
        if peer:
            story.same(push.message.number("1.1"), peer, f"from_uin of 528/{sub} (protocol/05 §2.2)")
    left = [m for m in bob.private_history(story.uid(CAROL), sequence, sequence) if m.number("1.1")]
    story.same(left, [], "a recalled message in history (protocol/02 §6)")
    said = story.sandbox.act(DAVE, "send_private_message", to=BOB, message="oh no")
    seen = bob.event(166, where=lambda push: push.words == "oh no").message
    story.same(seen.number("2.11"), said["sequence"], "the shared sequence of an act")
    story.sandbox.act(DAVE, "recall_message", peer=BOB, sequence=said["sequence"])
    facts = bob.event(528, 138).payload.message("1")
    came = (facts.text("1"), facts.number("3"), facts.number("6"), facts.number("20"))
    story.same(came, (story.uid(DAVE), seen.number("2.5"), said["random"], said["sequence"]), "Dave's recall")


@step("reactions")
def reactions(story):
    bob, carol = story.bob, story.carol
    answer, _, _ = bob.send_group(BOTS_GROUP, [ntqq.words("like this")])
    sequence = answer.number("11")
    for client, code, kind, adding, count in (
        (carol, "76", 1, True, 1),
        (bob, "76", 1, True, 2),
        (carol, "76", 1, False, 1),
        (bob, "128516", 2, True, 1),
    ):
        client.react(BOTS_GROUP, sequence, code, kind, adding)
        for witness in (bob, carol):
            body = witness.event(732, 16, lambda push: push.payload.number("13") == 35).payload
            facts = body.message("44.1.1")
            came = (
                facts.number("2.1"),
                facts.text("3.1"),
                facts.number("3.2"),
                facts.number("3.3"),
                facts.text("3.4"),
                facts.number("3.5"),
            )
            wanted = (sequence, code, kind, count, client.session.uid, 1 if adding else 2)
            story.same(came, wanted, "the reaction (protocol/05 §5.22)")
    story.sandbox.act(DAVE, "react", group=BOTS_GROUP, sequence=sequence, emoji="76", set=True)
    facts = bob.event(732, 16).payload.message("44.1.1")
    story.same((facts.number("3.3"), facts.text("3.4")), (2, story.uid(DAVE)), "Dave's reaction")
    kept = story.sandbox.messages(group=BOTS_GROUP, limit=1)[-1]["reactions"]
    story.same({r["emoji"]: sorted(r["by"]) for r in kept}, {"76": [BOB, DAVE], "128516": [BOB]}, "what is kept")


@step("history shows the reactions")
def reactions_in_history(story):
    sequence = story.sandbox.messages(group=BOTS_GROUP, limit=1)[-1]["sequence"]
    for reader, own in ((story.bob, {"76": 1, "128516": 1}), (story.carol, {"76": 0, "128516": 0})):
        entry = reader.group_history(BOTS_GROUP, sequence, sequence)[-1]
        common = [part.message("53") for part in entry.messages("3.1.2") if part.has("53")]
        lists = [Message(part.raw("2")).message("1") for part in common if part.number("1") == 38]
        story.same(len(lists), 1, "elements of service 38 (protocol/02 §3.6)")
        marks = {
            mark.text("1"): (mark.number("2"), mark.number("3"), mark.number("4")) for mark in lists[0].messages("2")
        }
        wanted = {"76": (1, 2, own["76"]), "128516": (2, 1, own["128516"])}
        story.same(marks, wanted, "the reactions in history (protocol/02 §3.6)")


@step("who reacted, and what reactions are refused")
def reacted(story):
    bob = story.bob
    sequence = story.sandbox.messages(group=BOTS_GROUP, limit=1)[-1]["sequence"]
    page = {2: BOTS_GROUP, 3: sequence, 6: "", 7: 0, 8: 15}
    answer = bob.oidb(0x9083, 1, page | {4: 1, 5: "76"})
    who = {one.number("1") for one in answer.messages("1")}
    story.same((who, answer.number("3")), ({BOB, DAVE}, 1), "who reacted, reading 1 (protocol/02 §9.2)")
    answer = bob.oidb(0x9084, 1, {2: BOTS_GROUP, 3: sequence, 4: "", 5: 0, 6: "", 8: 0, 12: 1})
    counts = {one.text("4"): (one.number("2"), one.number("3")) for one in answer.messages("2") if one.number("2")}
    story.same(counts, {"76": (2, 1), "128516": (1, 2)}, "the summary (protocol/02 §9.3)")
    for body, what in (
        ({2: BOTS_GROUP, 3: sequence, 4: "76"}, "without a kind (protocol/04 §1.1)"),
        ({2: BOTS_GROUP, 3: 99999999, 4: "76", 5: 1}, "to a message that does not exist"),
    ):
        try:
            bob.oidb(0x9082, 1, body)
            story.fail(f"a reaction {what} is served")
        except OidbError as error:
            story.expect(error.text, f"a refusal without text: {what}")


@step("essence")
def essence(story):
    bob, carol = story.bob, story.carol
    answer, random, _ = carol.send_group(BOBS_GROUP, [ntqq.words("wisdom")])
    sequence = answer.number("11")
    try:
        carol.essence(BOBS_GROUP, sequence, random)
        story.fail("a member sets an essence (protocol/02 §10)")
    except OidbError as error:
        story.expect(error.text, "a refusal without text (protocol/02 §10)")
    for adding, flag in ((True, 1), (False, 2)):
        bob.essence(BOBS_GROUP, sequence, random, adding)
        for witness in (bob, carol):
            body = witness.event(732, 21).payload
            facts = tuple(body.number(f"33.{number}") for number in range(1, 7))
            story.same(facts, (BOBS_GROUP, sequence, random, flag, CAROL, BOB), "the essence (protocol/05 §5.27)")
            story.same(body.number("1"), 27, "the notify body's type (protocol/05 §4.2)")


@step("pokes, in a group and between friends")
def pokes(story):
    bob, carol = story.bob, story.carol

    def poked(push, poker, target):
        tip = push.payload.message("26") if push.type == 732 else push.payload
        parameters = strict.parameters(tip)
        story.same((tip.number("1"), tip.number("2")), (12, 1061), "busi_type and busi_id (protocol/05 §5.26)")
        who = (parameters.get("uin_str1"), parameters.get("uin_str2"))
        story.same(who, (str(poker), str(target)), "who poked whom (protocol/05 §5.26)")
        story.expect(tip.number("10"), "tips_seq_id (protocol/05 §5.26)")
        story.expect(parameters.get("alt_str1", "-"), "an empty alt_str1 (protocol/05 §5.26)")
        template = tip.number("6")
        story.expect(template in (*range(1132, 1137), 10043), f"the template {template} (protocol/05 §5.26)")
        story.expect(parameters.get("action_str") or parameters.get("alt_str1"), "a poke without a verb")
        story.expect("suffix_str" in parameters, "a poke without a suffix (protocol/05 §5.26)")
        pairs = tip.messages("7")
        story.expect(all(pair.has("1") and pair.has("2") for pair in pairs), "half a parameter (protocol/05 §5.26)")
        return tip

    bob.poke(CAROL, group=BOTS_GROUP)
    for client in (bob, carol):
        push = client.event(732, 20)
        poked(push, BOB, CAROL)
        story.same(push.payload.number("1"), 20, "the notify body's type (protocol/05 §4.2)")
        story.same(push.payload.number("4"), BOTS_GROUP, "the group")
    bob.poke(CAROL, chat=CAROL)
    for client, other in ((bob, CAROL), (carol, BOB)):
        push = client.event(528, 290)
        poked(push, BOB, CAROL)
        story.same(push.message.number("1.1"), other, "the conversation (protocol/05 §5.11)")
    # Oneself, in that chat (protocol/04 §3.9).
    bob.poke(BOB, chat=CAROL)
    for client in (bob, carol):
        poked(client.event(528, 290), BOB, BOB)
    story.sandbox.act(DAVE, "poke", target=BOB)
    poked(bob.event(528, 290), DAVE, BOB)
    story.sandbox.bot("group_poke", group_id=BOBS_GROUP, user_id=BOB)
    poked(bob.event(732, 20), BOT, BOB)
    stranger = story.sandbox.act(None, "create_account", nickname="Far away")["uin"]
    try:
        bob.poke(stranger, chat=stranger)
        story.fail("a stranger is poked (protocol/04 §3.9)")
    except OidbError as error:
        story.same(error.result, 1005, "the refusal of a poke (protocol/04 §1.1)")


@step("what outsiders may not do")
def outsiders(story):
    bob, carol = story.bob, story.carol
    secret = story.sandbox.act(DAVE, "create_group", name="Secret", members=[ERIN])["group"]
    said = story.sandbox.act(DAVE, "send_group_message", group=secret, message="a secret")
    sequence, random = said["sequence"], said["random"]
    try:
        found = bob.group_history(secret, sequence, sequence)
        story.same([spoken(message) for message in found], [], "the history of a group that one is not in")
    except ClientError:
        pass
    refused = bob.recall_group(secret, sequence, random)
    story.expect(refused.number("1"), "an outsider recalls in a group")
    for what, call in (
        ("reacts", lambda: bob.react(secret, sequence, "76", 1)),
        ("sets an essence", lambda: bob.essence(secret, sequence, random)),
        ("pokes", lambda: bob.poke(DAVE, group=secret)),
    ):
        try:
            call()
            story.fail(f"an outsider {what} in a group")
        except OidbError as error:
            story.expect(error.text, f"a refusal without text: an outsider {what}")
    answer, random, client_sequence = bob.send_friend(CAROL, story.uid(CAROL), [ntqq.words("mine")])
    carol.event(166, where=lambda push: push.words == "mine")
    carol.recall_private(story.uid(BOB), client_sequence, random, answer.number("3"), answer.number("14"))
    kept = story.sandbox.messages(**{"as": BOB, "peer": CAROL, "limit": 1})[-1]
    story.expect(not kept["recalled"], "Carol recalls Bob's private message (protocol/05 §5.10: only the author can)")


@step("hostile windows and cookies")
def windows(story):
    bob = story.bob
    newest = bob.group_sequence(BOTS_GROUP)
    story.expect(
        len(bob.group_history(BOTS_GROUP, 1, newest + 1_000_000)) <= 100, "a window without end is served whole"
    )
    story.same(bob.group_history(BOTS_GROUP, newest, newest - 5), [], "a window that ends before it starts")
    for cookie in (b"\xff" * 40, encode({1: 0xFFFFFFFFFFFFFFFF})):
        try:
            bob.friend_page(2, cookie)
        except OidbError:
            pass
        try:
            bob.member_page(BOTS_GROUP, 3, cookie)
        except OidbError:
            pass
    for count in (0, 0xFFFFFFFF):
        bob.roam(story.uid(CAROL), 0xFFFFFFFA, 0, count)
    story.same(bob.heartbeat(), 270, "the heartbeat afterwards")
