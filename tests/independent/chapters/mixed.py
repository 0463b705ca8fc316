"""The same requests in other legal encodings: fields in any order, unknown fields, repeated fields.

docs/protocol/README.md, "Notation"."""

import random

import ntqq
from protobuf import Message, encode
from steps import (
    BOBS_GROUP,
    BOTS_GROUP,
    CAROL,
    DAVE,
    spoken,
    step,
)

SEEDS = range(8)


def asked(story):
    """Every kind of question, and what its answer says."""
    bob, carol = story.bob, story.uid(CAROL)
    newest = bob.group_sequence(BOTS_GROUP)
    last = bob.peer_sequence(carol)
    numbers, blobs, profile = bob.profile_of(DAVE)
    by_uid = bob.profile_of(story.uid(DAVE))
    return {
        "friends": {uin: friend.data for uin, friend in bob.friends(2)[0].items()},
        "groups": {group: facts.data for group, facts in bob.groups().items()},
        "members": {uin: member.data for uin, member in bob.members(BOBS_GROUP)[0].items()},
        "one member": bob.member_page(BOBS_GROUP, 3, uid=story.uid(DAVE)).data,
        "profile by uin": (numbers, blobs, profile.data),
        "profile by uid": (by_uid[0], by_uid[1], by_uid[2].data),
        "newest in the group": newest,
        "newest with Carol": last,
        "group history": [message.data for message in bob.group_history(BOTS_GROUP, newest - 5, newest)],
        "private history": [message.data for message in bob.private_history(carol, max(last - 5, 1), last)],
        "roaming": [message.data for message in bob.roam(carol, 0xFFFFFFFA, 0, 3)[1]],
        "heartbeat": bob.heartbeat(),
        "read report": bob.read_group(BOTS_GROUP, newest).number("1"),
    }


def done(story):
    """Every kind of change, and what the others see of it."""
    bob, carol = story.bob, story.carol
    answer, number, _ = bob.send_group(BOTS_GROUP, [ntqq.words("mixed"), ntqq.face(14)])
    sequence = answer.number("11")
    push = carol.event(82, where=lambda push: push.message.number("2.4") == number)
    elements = [list(element.fields) for element in push.message.messages("3.1.2") if not element.has("16")]
    story.same((push.words, elements), ("mixed", [[1], [2]]), "a message")
    bob.react(BOTS_GROUP, sequence, "76", 1)
    for client in (bob, carol):
        push = client.event(732, 16, lambda push: push.payload.number("44.1.1.2.1") == sequence)
        reaction = push.payload.message("44.1.1.3")
        story.same((reaction.text("1"), reaction.text("4")), ("76", bob.session.uid), "a reaction")
    bob.poke(CAROL, group=BOTS_GROUP)
    for client in (bob, carol):
        client.event(732, 20)
    story.same(bob.recall_group(BOTS_GROUP, sequence, number).number("1"), 0, "a recall")
    for client in (bob, carol):
        client.event(732, 17, lambda push: push.payload.number("11.3.1") == sequence)
    answer, number, client_sequence = bob.send_friend(CAROL, story.uid(CAROL), [ntqq.words("mixed for you")])
    seen = carol.event(166, where=lambda push: push.words == "mixed for you").message
    came = (seen.number("2.4"), seen.number("2.5"), seen.number("2.11"))
    story.same(came, (number, client_sequence, answer.number("14")), "a private message")
    bob.recall_private(story.uid(CAROL), client_sequence, number, answer.number("3"), answer.number("14"))
    for client, sub in ((carol, 138), (bob, 139)):
        client.event(528, sub, lambda push: push.payload.number("1.6") == number)
    said = story.sandbox.act(DAVE, "send_group_message", group=BOBS_GROUP, message="mixed wisdom")
    for adding in (True, False):
        bob.essence(BOBS_GROUP, said["sequence"], said["random"], adding)
        for client in (bob, carol):
            client.event(732, 21, lambda push: push.payload.number("33.2") == said["sequence"])


@step("shuffled and unknown fields: the answers are the same")
def shuffled_questions(story):
    plain = asked(story)
    try:
        for seed in SEEDS:
            story.bob.mix = random.Random(seed)
            for what, answer in asked(story).items():
                story.same(answer, plain[what], f"{what}, seed {seed}")
    finally:
        story.bob.mix = None


@step("shuffled and unknown fields: the changes are the same")
def shuffled_changes(story):
    try:
        for seed in SEEDS:
            story.bob.mix = random.Random(seed)
            done(story)
    finally:
        story.bob.mix = None


@step("shuffled and unknown fields: going online")
def shuffled_online(story):
    uin = story.sandbox.act(None, "create_account", nickname="Mixed")["uin"]
    session = None
    for seed in SEEDS:
        client = story.client(session)
        client.mix = random.Random(seed)
        if session is None:
            session = client.login(story.confirmed(client, uin))
        client.go_online()
        client.close()


@step("repeated fields: the last number counts, messages merge")
def repeated(story):
    bob, carol = story.bob, story.carol
    number = random.randrange(1, 1 << 31)
    answer = bob.ask(
        "MessageSvc.PbSendMsg",
        {
            5: [1, number],
            3: [{1: {2: [ntqq.words("in ")]}}, {1: {2: [ntqq.words("parts")]}}],
            1: [{1: {1: CAROL}}, {1: {2: story.uid(CAROL)}}],
            2: [{1: 1}, {2: 0, 3: 0}],
            4: [1, 4711],
        },
    )
    story.same(answer.number("1"), 0, "the result")
    push = carol.event(166, where=lambda push: push.words == "in parts")
    came = (push.message.number("2.4"), push.message.number("2.5"))
    story.same(came, (number, 4711), "random and client sequence")
    body = encode({1: [1, DAVE], 3: {1: 20002}})
    envelope = bob.ask("OidbSvcTrpcTcp.0xfe1_2", {4: body, 12: [0, 1], 2: [9, 2], 1: [7, 0xFE1]})
    story.same(Message(envelope.raw("4")).number("1.3"), DAVE, "a profile by the last uin")
    sequence = answer.number("14")
    kept = carol.private_history(bob.session.uid, sequence, sequence)
    story.same([spoken(message) for message in kept], ["in parts"], "what is kept")
