"""History and read reports (protocol/02 §6 and §8)."""

import time

import ntqq
from steps import (
    BOB,
    BOTS_GROUP,
    CAROL,
    spoken,
    step,
)


@step("history: of a group, of a friend by sequence and by time")
def history(story):
    bob = story.bob
    newest = bob.group_sequence(BOTS_GROUP)
    found = bob.group_history(BOTS_GROUP, max(newest - 29, 1), newest)
    sequences = [message.number("2.5") for message in found]
    story.same(sequences, sorted(sequences), "the order (protocol/02 §6)")
    story.expect(newest in sequences, f"the newest, {newest}, is not in {sequences}")
    live = next(message for message in found if message.number("1.1") == BOB)
    story.same(live.text("1.2"), story.uid(BOB), "the sender in history")
    story.expect(live.number("2.4") and live.number("2.6"), "random and time in history")
    bob.group_history(BOTS_GROUP, newest + 1, newest + 5)

    last = bob.peer_sequence(story.uid(CAROL))
    talk = bob.private_history(story.uid(CAROL), max(last - 29, 1), last)
    said = ["are you there?", "I am", "by uid", "psst", "yes?"]
    story.same([spoken(message) for message in talk], said, "the talk with Carol")
    story.same(talk[-1].number("2.11"), last, "the newest shared sequence")
    story.same([message.number("1.1") for message in talk], [BOB, CAROL, BOB, BOB, CAROL], "who said what")
    mirrored = story.carol.private_history(story.uid(BOB), max(last - 29, 1), last)
    story.same([spoken(m) for m in mirrored], [spoken(m) for m in talk], "the same talk from Carol's side")

    for number in range(5):
        bob.send_friend(CAROL, story.uid(CAROL), [ntqq.words(f"line {number}")])
    collected, moment, random, complete = [], 0xFFFFFFFA, 0, False
    for _ in range(20):
        answer, page = bob.roam(story.uid(CAROL), moment, random, 2)
        story.expect(len(page) <= 2, f"{len(page)} messages where two were wanted (protocol/02 §6.3)")
        order = [message.number("2.11") for message in page]
        story.same(order, sorted(order), "oldest first (protocol/02 §6.3)")
        collected = page + collected
        moment, random, complete = answer.number("5"), answer.number("6"), bool(answer.number("4"))
        if complete or not page:
            break
    story.expect(complete, "walking back by time does not end (protocol/02 §6.3)")
    texts = [spoken(message) for message in collected]
    story.same(texts, said + [f"line {number}" for number in range(5)], "the talk by time")
    _, oldest = bob.roam(story.uid(CAROL), 0, 0, 3, direction=2)
    story.same([spoken(m) for m in oldest], said[:3], "the oldest (protocol/02 §6.3)")


@step("read reports")
def read_reports(story):
    newest = story.bob.group_sequence(BOTS_GROUP)
    story.same(story.bob.read_group(BOTS_GROUP, newest).number("1"), 0, "the code for a group (protocol/02 §8)")
    last = story.bob.peer_sequence(story.uid(CAROL))
    answer = story.bob.read_private(story.uid(CAROL), int(time.time()), last)
    story.same(answer.number("1"), 0, "the code for a friend (protocol/02 §8)")
