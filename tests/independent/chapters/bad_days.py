"""Bad days: drops, kicks, expiry, other devices (protocol/01 §1.9, §4.4, §4.5, §9)."""

import time

import crypto
import logging_in
import ntqq
import packets
from ntqq import Client
from packets import ClientError, Closed, LoginRefused, OidbError, ServerError, Session
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
    spoken,
    step,
)


@step("Bob on two devices")
def two_devices(story):
    bob, carol = story.bob, story.carol
    for push in bob.unread():
        if push.command.endswith("PushParams"):
            bob.named("PushParams")
    office = Client(
        story.sandbox.wire,
        story.sandbox.keys,
        None,
        story.fail,
        packets.Profile(os="Windows", device="Office"),
        "office",
    )
    story.clients.append(office.connect())
    office.login(story.confirmed(office, BOB))
    office.go_online()
    for client in (bob, office):
        devices = {device.text("7") for device in client.named("PushParams").body.messages("4")}
        story.same(devices, {"Linux-PC", "Office"}, "the devices online (protocol/05 §6.3)")
    answer, random, client_sequence = bob.send_friend(CAROL, story.uid(CAROL), [ntqq.words("from the PC")])
    carol.event(166, where=lambda push: push.words == "from the PC")
    message = office.event(166).message
    facts = (message.number("1.1"), message.number("1.5"), message.text("1.6"))
    story.same(facts, (BOB, CAROL, story.uid(CAROL)), "from and to of the account's own message (protocol/02 §2.8)")
    facts = (message.number("2.4"), message.number("2.5"), message.number("2.11"))
    story.same(facts, (random, client_sequence, answer.number("14")), "the numbers of the account's own message")
    group_answer, random, _ = office.send_group(BOTS_GROUP, [ntqq.words("from the office")])
    for client in (bob, office, carol):
        push = client.event(82, where=lambda push: push.message.number("2.4") == random)
        chat_facts(story, push, BOB, BOTS_GROUP)
    sequence = group_answer.number("11")
    bob.read_group(BOTS_GROUP, sequence)
    facts = office.event(732, 1).payload
    story.same(
        (facts.number("1"), facts.number("4")), (BOTS_GROUP, sequence), "the group's read mark (protocol/05 §5.17)"
    )
    said = carol.send_friend(BOB, story.uid(BOB), [ntqq.words("to both")])[0]
    for client in (bob, office):
        client.event(166, where=lambda push: push.words == "to both")
    office.read_private(story.uid(CAROL), said.number("3"), said.number("14"))
    facts = bob.event(528, 8).payload
    story.same(facts.text("1.1"), story.uid(CAROL), "the friend's read mark (protocol/05 §5.17)")
    story.expect(facts.number("1.2") >= said.number("3"), "the time of a read mark (protocol/05 §5.17)")
    office.recall_private(
        story.uid(CAROL), client_sequence, message.number("2.4"), answer.number("3"), answer.number("14")
    )
    for client, sub in ((bob, 139), (office, 139), (carol, 138)):
        facts = client.event(528, sub).payload
        story.same(facts.number("1.20"), answer.number("14"), "a recall on the other device (protocol/05 §10.4)")
    office.close()
    devices = {device.text("7") for device in bob.named("PushParams").body.messages("4")}
    story.same(devices, {"Linux-PC"}, "the devices when one has gone (protocol/05 §10.4)")


@step("an answer with an error, and a push that comes twice")
def faults(story):
    bob = story.bob
    story.sandbox.fault("refuse", command="OidbSvcTrpcTcp.0xfe5_2", code=4242, message="not today", times=1)
    try:
        bob.groups()
        story.fail("the refusal did not come")
    except OidbError as error:
        story.same((error.result, error.text), (4242, "not today"), "the refusal (protocol/01 §7)")
    except ServerError as error:
        story.same((error.code, error.extra), (4242, "not today"), "the refusal (protocol/01 §1.9)")
    bob.groups()
    story.sandbox.fault("duplicate_pushes", times=1)
    story.sandbox.act(DAVE, "send_private_message", to=BOB, message="echo")
    twins = [bob.event(166, where=lambda push: push.words == "echo").message for _ in range(2)]
    story.same(twins[0].data, twins[1].data, "a push that comes twice (protocol/05 §10.2)")
    story.sandbox.clear_faults()


@step("the connection drops; the saved session goes on")
def saved_session(story):
    bob = story.bob
    story.sandbox.fault("drop_connections")
    bob.wait_closed()
    story.sandbox.act(DAVE, "send_private_message", to=BOB, message="while you were away")
    bob.connect()
    bob.register()
    last = bob.peer_sequence(story.uid(DAVE))
    missed = bob.private_history(story.uid(DAVE), last, last)
    story.same([spoken(message) for message in missed], ["while you were away"], "what was missed")
    story.sandbox.act(DAVE, "send_private_message", to=BOB, message="welcome back")
    story.expect(bob.event(166, where=lambda push: push.words == "welcome back"), "no push after the reconnection")
    # The remains of a lost connection are closed without a word (protocol/01 §9 row 5).
    second = story.client(bob.session, "Bob again")
    second.go_online()
    bob.wait_closed()
    kicks = [push for push in bob.unread() if push.command.endswith("KickNT")]
    story.same(kicks, [], "a kick of the same session (protocol/01 §9 row 5)")
    story.bob = second
    story.carol.wait_closed()
    story.carol.connect()
    story.carol.go_online()


@step("after going online again, the server tells what is new")
def info_sync(story):
    sync, params = story.bob.named("InfoSyncPush"), story.bob.named("PushParams")
    story.expect(sync.sequence > params.sequence, "PushParams comes before InfoSyncPush (protocol/05 §10.4)")
    groups = {group.number("1"): group for group in sync.body.messages("6")}
    story.expect({BOTS_GROUP, BOBS_GROUP, CAROLS_GROUP} <= set(groups), f"the groups of InfoSyncPush: {set(groups)}")
    newest = story.bob.group_sequence(BOTS_GROUP)
    story.same(groups[BOTS_GROUP].number("2"), newest, "the newest sequence of InfoSyncPush (protocol/05 §6.2)")
    story.expect(groups[BOTS_GROUP].number("3"), "the read sequence of InfoSyncPush (protocol/05 §6.2)")


@step("easy log-in: new tickets for the stored A1, and the older session is kicked")
def easy_login(story):
    older = story.bob
    device = story.client(Session(**vars(older.session)), "Bob by easy log-in")
    key, ticket, lifetime = device.exchange()
    story.same(len(key), 32, "the session key's length (protocol/01 §3.4)")
    story.expect(ticket and lifetime, "the exchanged ticket or its lifetime (protocol/01 §3.4)")
    try:
        device.easy_login(a1=b"no such ticket")
        story.fail("an easy log-in with a made-up A1 succeeded")
    except LoginRefused as error:
        story.same(error.code, 140022015, "the error for an unknown A1 (protocol/01 §9)")
        story.expect(error.title and error.text, "an error without text")
    private = crypto.P256.private()
    now = int(time.time())
    for moment, server, what in (
        (now - 86400 * 30, device.p256, "an old time"),
        (now, crypto.P256.public(7, False), "a proof under another key"),
    ):
        request = logging_in.exchange_request(server, private, BOB, device.session.guid, moment)
        try:
            device.request(ntqq.ECDH_SERVICE + "SsoKeyExchange", request)
            story.fail(f"a key exchange with {what} is served (protocol/01 §9)")
        except ServerError as error:
            story.expect(error.extra, f"a refusal without text: {what}")
    device.easy_login()
    story.expect(device.session.d2 != older.session.d2, "easy log-in gives the old D2")
    story.older, story.bob = older, device
    # The tickets alone change nothing for the older session: going online does (protocol/01 §9 row 5).
    story.same(older.heartbeat(), 270, "the older session before the newer one is online")


@step("the newer session goes online, the older one is kicked and revoked")
def kicked_by_newer(story):
    older, newer = story.older, story.bob
    newer.go_online()
    newer.named("PushParams")
    story.same(set(newer.friends(300)[0]), {BOT, BOB, CAROL, DAVE, ERIN}, "the friends after easy log-in")
    newer.send_friend(CAROL, story.uid(CAROL), [ntqq.words("new tickets")])
    story.carol.event(166, where=lambda push: push.words == "new tickets")
    try:
        kick = older.named("KickNT").body
        story.same((kick.number("1"), kick.number("5")), (BOB, 1001), "the kick (protocol/01 §4.4)")
        story.expect(kick.text("3") and kick.text("4"), "a kick without text (protocol/01 §4.4)")
    except ClientError as error:
        story.fail(f"no KickNT: {error} (protocol/01 §9 row 5)")
    older.wait_closed()
    # Its D2 is revoked: the answer is -10001, flag 2 (protocol/01 §1.9), as often as it is asked.
    older.close()
    older.connect()
    for going in (older.register, older.go_online):
        try:
            going()
            story.fail("a revoked D2 goes online (protocol/01 §9 row 5)")
        except ServerError as error:
            story.same(error.code, -10001, "the code for a revoked session (protocol/01 §1.9)")
            story.expect(error.extra, "no extra (protocol/01 §9 row 10)")
        except Closed:
            story.fail("a revoked D2 closes the connection like a forged one (protocol/01 §1.9, §9 row 10)")
            break
    older.close()


@step("a second log-in by QR code kicks the first")
def second_login(story):
    older, newer = story.bob, story.log_in(BOB, "Bob by a second code")
    newer.register()
    kick = older.named("KickNT").body
    story.same((kick.number("1"), kick.number("5")), (BOB, 1001), "the kick (protocol/01 §4.4)")
    story.expect(kick.text("3") and kick.text("4"), "a kick without text (protocol/01 §4.4)")
    older.wait_closed()
    older.close()
    older.connect()
    try:
        older.register()
        story.fail("a revoked D2 goes online (protocol/01 §9 row 5)")
    except ServerError as error:
        story.same(error.code, -10001, "the code for a revoked session (protocol/01 §1.9)")
        story.expect(error.extra, "no extra (protocol/01 §9 row 10)")
    older.close()
    story.bob = newer


@step("a session expires; easy log-in brings it back")
def expiry(story):
    bob = story.bob
    story.sandbox.fault("expire_session", uin=BOB)
    # The connection may have gone with the session.
    bob.close()
    bob.connect()
    try:
        bob.go_online()
        story.fail("an expired session goes online (protocol/01 §1.9)")
    except ServerError as error:
        story.same(error.code, -10001, "the code for an expired session (protocol/01 §1.9)")
    bob.easy_login()
    bob.go_online()


@step("a ticket that was never issued closes the connection")
def forged(story):
    client = story.client(Session(uin=BOB, d2=b"forged", d2_key=bytes(16), tgt=b"forged"), "forger")
    try:
        client.go_online()
        story.fail("a forged D2 is served (protocol/01 §9 row 10)")
    except Closed:
        pass
    client.close()


@step("a ticket serves only its own account and device")
def stolen(story):
    ticket = vars(story.bob.session)
    for changed, what in (({"uin": CAROL}, "another uin"), ({"guid": bytes(16)}, "another GUID")):
        client = story.client(Session(**(ticket | changed)), f"thief with {what}")
        try:
            client.go_online()
            story.fail(f"a ticket with {what} goes online (protocol/01 §9, saved session)")
        except (Closed, ServerError):
            pass
        client.close()
    story.same(story.bob.heartbeat(), 270, "the heartbeat of the one who was stolen from")


@step("kicked from outside")
def kicked(story):
    bob = story.bob
    story.sandbox.fault("kick", uin=BOB, title="Off you go", message="Enough for today")
    kick = bob.named("KickNT").body
    said = (kick.text("4"), kick.text("3"))
    story.same(said, ("Off you go", "Enough for today"), "title and tips (protocol/01 §4.4)")
    bob.close()


@step("Carol logs out; her tickets still serve")
def log_out(story):
    carol = story.carol
    story.same(carol.unregister(), "unregister success", "the answer (protocol/01 §4.6)")
    online = {person["uin"] for person in story.sandbox.world()["people"] if person["online"]}
    story.expect(CAROL not in online, "Carol is still online (protocol/01 §9 row 9)")
    carol.close()
    carol.connect()
    carol.go_online()
    story.same(carol.heartbeat(), 270, "the heartbeat of a session that came back")


@step("time passes")
def time_passes(story):
    carol = story.carol
    answer, random, client_sequence = carol.send_group(BOTS_GROUP, [ntqq.words("too late")])
    private, private_random, private_sequence = carol.send_friend(DAVE, story.uid(DAVE), [ntqq.words("too late")])
    code = carol.qr_fetch()
    story.sandbox.fault("advance_clock", seconds=121)
    story.same(carol.qr_poll(code.signature)[0], logging_in.EXPIRED, "a code after two minutes (protocol/01 §3.3)")
    refused = carol.recall_group(BOTS_GROUP, answer.number("11"), random)
    story.expect(refused.number("1"), "a member recalls its own message after two minutes (protocol/02 §5)")
    carol.recall_private(story.uid(DAVE), private_sequence, private_random, private.number("3"), private.number("14"))
    kept = story.sandbox.messages(**{"as": DAVE, "peer": CAROL, "limit": 1})[-1]
    story.expect(not kept["recalled"], "a private message is recalled after two minutes (protocol/02 §5)")
