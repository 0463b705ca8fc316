"""Robots and their buttons, pokes that are taken back, groups that change hands, stickers and pictures (protocol/02 §11.3,
protocol/04 §3.9, §5.2, §6.8, §13.13)."""

import secrets

from packets import OidbError
from steps import BOB, BOBS_GROUP, BOT, CAROL, DAVE, ERIN, step


@step("a robot answers a button")
def button(story):
    bob, sandbox = story.bob, story.sandbox
    robot = sandbox.act(None, "create_robot", nickname="Robo")
    sandbox.act(DAVE, "invite_to_group", group=BOBS_GROUP, target=robot["uin"])
    joined = bob.event(33, where=lambda push: push.payload.text("3") == robot["uid"]).payload
    facts = (joined.number("1"), joined.number("4"), joined.text("5"))
    story.same(facts, (BOBS_GROUP, 131, story.uid(DAVE)), "the robot's joining (protocol/05 §5.1)")
    sandbox.act(robot["uin"], "answer_button", button="b", text="{name} sent {data}", prompt="thanks")
    message = [{"type": "markdown", "text": "x"}, {"type": "keyboard", "rows": [[{"id": "b", "label": "B", "data": "d"}]]}]
    said = sandbox.act(robot["uin"], "send_group_message", group=BOBS_GROUP, message=message)
    bob.event(82, where=lambda push: push.message.number("2.5") == said["sequence"])
    for number, sequence in ((robot["app_id"], said["sequence"]), (robot["uin"], 111111)):
        body = {3: number, 4: sequence, 5: "b", 6: "d", 7: 0, 8: BOBS_GROUP, 9: 1}
        answer = bob.oidb(0x112E, 1, body)
        story.same((answer.number("3"), answer.text("4")), (0, "thanks"), "the answer (protocol/02 §11.3)")
        bob.event(82, where=lambda push: push.words == f"{story.name(BOB)} sent d")
    try:
        bob.oidb(0x112E, 1, {3: robot["app_id"], 4: said["sequence"], 5: "none", 6: "", 7: 0, 8: BOBS_GROUP, 9: 1})
        story.fail("a button that is not there is pressed")
    except OidbError as error:
        story.expect(error.text, "a refusal without text")


@step("Bob takes a poke back")
def poke_withdrawn(story):
    bob, carol = story.bob, story.carol
    bob.poke(CAROL, group=BOBS_GROUP)
    push = bob.event(732, 20)
    carol.event(732, 20)
    tip = push.payload.number("50") or push.payload.number("26.10")
    moment, sequence = push.message.number("2.6"), push.payload.number("37")
    identity = 7580000000000000000 + secrets.randbelow(10**14)
    body = {2: {1: BOBS_GROUP, 2: 5, 3: sequence, 4: moment, 5: identity, 6: identity}, 3: {1: 1061, 2: tip}}
    bob.oidb(0xF51, 1, body)
    for client in (bob, carol):
        gone = client.event(732, 21).payload.message("40")
        facts = (gone.text("1"), gone.number("3"), gone.number("4"), gone.number("5"))
        story.same(facts, (story.uid(BOB), BOBS_GROUP, 1061, tip), "the withdrawn poke (protocol/05 §5.28)")
    bob.poke(CAROL, chat=CAROL)
    push = bob.event(528, 290)
    carol.event(528, 290)
    tip, identity = push.payload.number("10"), 7500000000000000000 + secrets.randbelow(10**16)
    friend = {1: CAROL, 2: 5, 3: push.payload.number("100.6"), 4: push.message.number("2.6"), 5: identity}
    bob.oidb(0xF51, 1, {1: friend, 3: {1: 1061, 2: tip}})
    for client, peer in ((bob, CAROL), (carol, BOB)):
        gone = client.event(528, 321).payload
        facts = (gone.text("3"), gone.number("4"), gone.number("5"))
        story.same(facts, (story.uid(BOB), 1061, tip), "the withdrawn poke (protocol/05 §5.11)")
    try:
        bob.oidb(0xF51, 1, {1: friend, 3: {1: 1061, 2: tip}})
        story.fail("a poke is taken back twice")
    except OidbError as error:
        story.expect(error.text, "a refusal without text")


@step("a grey line of a member")
def grey_line(story):
    story.sandbox.act(DAVE, "send_gray_tip", group=BOBS_GROUP, text="Bob <left>")
    body = story.bob.event(732, 20, lambda push: push.payload.text("21") == story.uid(DAVE)).payload
    story.same(body.number("4"), BOBS_GROUP, "the group")
    story.expect("Bob &lt;left&gt;" in body.text("26.8"), f"the line {body.text('26.8')} (protocol/05 §5.26)")


@step("a group changes hands, and comes back")
def transferred(story):
    bob = story.bob
    bob.oidb(0x89E, 0, {1: BOBS_GROUP, 2: story.uid(BOB), 3: story.uid(DAVE)})
    for old, new in ((BOB, DAVE), (DAVE, BOB)):
        if old == DAVE:
            story.sandbox.act(DAVE, "transfer_group", group=BOBS_GROUP, target=BOB)
        payload = bob.event(44).payload
        facts = (payload.number("1"), payload.number("3"), payload.text("4.3.1"), payload.text("4.3.2"))
        wanted = (BOBS_GROUP, 255, story.uid(old), story.uid(new))
        story.same(facts, wanted, "the new owner (protocol/05 §5.4)")
        story.same(bob.groups()[BOBS_GROUP].text("4.1.2"), story.uid(new), "the owner in the list")
        people, _, _ = bob.members(BOBS_GROUP)
        facts = (people[old].number("107"), people[new].number("107"), people[BOT].number("107"))
        story.same(facts, (0, 1, 2), "the permissions (protocol/04 §5.4)")
    try:
        bob.oidb(0x89E, 0, {1: BOBS_GROUP, 2: story.uid(DAVE), 3: story.uid(ERIN)})
        story.fail("another's group is handed over")
    except OidbError as error:
        story.expect(error.text, "a refusal without text")


@step("a group of others")
def group_of_others(story):
    group = story.sandbox.act(DAVE, "create_group", name="Elsewhere", members=[ERIN])["group"]
    body = {1: 537099973, 2: {1: group, 2: {1: "", 6: 1, 15: ""}}}
    facts = story.bob.oidb(0x88D, 14, body).message("1")
    story.same((facts.number("1"), facts.number("2")), (group, 0), "the group and its result (protocol/04 §5.2)")
    came = (facts.text("3.1"), facts.number("3.6"), facts.text("3.15"))
    story.same(came, (story.uid(DAVE), 2, "Elsewhere"), "owner, members, name (protocol/04 §5.2)")


@step("descriptions of stickers")
def stickers(story):
    bob = story.bob
    gif = "R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAkQBADs="
    face = story.sandbox.act(BOB, "save_face", base64=gif)["face"]
    body = {1: 1, 2: "Linux", 3: 3, 5: {1: {1: face, 2: face.split("_")[4]}, 2: "hug"}, 12: 1}
    answer = bob.oidb(0x902E, 1, body)
    story.same((answer.number("1"), answer.number("3")), (0, 3), "a description (protocol/03 §8.3)")
