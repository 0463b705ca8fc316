"""Logging in and staying."""

import secrets
from urllib.parse import parse_qs, urlsplit

import crypto
import logging_in
import packets
import strict
from ntqq import Client
from packets import LoginRefused, OidbError, ServerError
from protobuf import Message, encode
from sandbox import Refused
from steps import (
    BOB,
    BOT,
    CAROL,
    ERIN,
    step,
)


@step("a heartbeat is answered before anybody has logged in")
def anonymous(story):
    client = story.client(name="anonymous")
    story.same(client.alive(reserved=b""), b"", "the answer's body")
    client.alive()
    # A frame in many segments, and two frames in one (protocol/01 §1.2).
    first, second = client.next_sequence(), client.next_sequence()
    answers = [client.expect(first), client.expect(second)]
    together = b"".join(client.packet("Heartbeat.Alive", packets.u32(4), sequence) for sequence in (first, second))
    for at in range(0, 20):
        client.send(together[at : at + 1])
    client.send(together[20:])
    for sequence, answer in zip((first, second), answers):
        client.collect(answer, "Heartbeat.Alive", sequence)
    client.close()


@step("a code is shown, scanned and refused")
def refused_code(story):
    client = story.client(name="refused")
    code = client.qr_fetch()
    story.expect(code.picture.startswith(b"\x89PNG\r\n\x1a\n"), "TLV 0x17 is not a PNG (protocol/01 §3.3)")
    story.expect(len(code.picture) < 60000, "the picture fills the envelope")
    story.same((code.seconds, code.minutes), (120, 2), "TLV 0x1C (protocol/01 §3.3)")
    story.same(code.first_field, 2, "the first field of TLV 0xD1 (protocol/01 §3.3)")
    story.same(len(code.signature), 24, "the signature's length (protocol/01 §3.3)")
    address = urlsplit(code.url)
    query = parse_qs(address.query)
    story.expect(address.scheme == "https" and len(code.url) < 128, f"the address {code.url} (protocol/01 §3.3)")
    story.same(
        (query.get("k"), query.get("f")), ([code.key], ["1600001615"]), "k and f of the address (protocol/01 §3.3)"
    )
    story.same(client.qr_poll(code.signature)[0], logging_in.WAITING, "a fresh code")
    story.same(client.qr_poll(secrets.token_bytes(24))[0], logging_in.INVALID, "a code that never was")
    story.sandbox.act(BOB, "scan_login", code=code.url)
    story.same(client.qr_poll(code.signature)[0], logging_in.SCANNED, "a scanned code")
    story.sandbox.act(BOB, "cancel_login", code=code.url)
    story.same(client.qr_poll(code.signature)[0], logging_in.CANCELLED, "a cancelled code")
    try:
        client.login(logging_in.Confirmed(BOB, b"no such ticket", bytes(16), bytes(16)))
        story.fail("a log-in with a made-up A1 succeeded (protocol/01 §9 row 4)")
    except LoginRefused as error:
        story.same(error.state, 15, "the state for an unknown A1 (protocol/01 §9 row 4)")
        story.expect(error.title and error.text, "0x146 says nothing (protocol/01 §3.3.1)")
    client.close()
    stranger = story.client(name="wrong guid")
    confirmed = story.confirmed(stranger, BOB)
    try:
        stranger.login(confirmed, guid=bytes(16))
        story.fail("a log-in with another GUID succeeded (protocol/01 §9 row 4)")
    except LoginRefused:
        pass
    stranger.close()


@step("Bob logs in by QR code and goes online")
def bob_logs_in(story):
    story.bob = bob = story.log_in(BOB, "Bob")
    session = bob.session
    story.same((session.uin, session.uid), (BOB, story.uid(BOB)), "who logged in")
    story.same(session.nickname, story.name(BOB), "the nickname of TLV 0x11A")
    bob.go_online()
    params = bob.named("PushParams")
    story.expect(params.body.messages("4"), "PushParams names no device (protocol/05 §6.3)")
    online = {person["uin"] for person in story.sandbox.world()["people"] if person["online"]}
    story.expect({BOT, BOB} <= online, f"online are {online}")
    try:
        story.sandbox.act(BOB, "send_private_message", to=CAROL, message="am I here?")
        story.fail("the API acts for an account that a client is logged in to (api/sandbox §3)")
    except Refused as error:
        story.same(error.status, 409, "acting for a logged-in account (api/sandbox §3)")


@step("Carol logs in with her GUID in bytes and registers the older way")
def carol_logs_in(story):
    story.carol = carol = story.log_in(CAROL, "Carol")
    carol.register()
    carol.request(strict.STATUS + "SsoHeartBeat", b"\x08\x01", raw_guid=True)


@step("Bob's phone comes and goes")
def bobs_phone(story):
    def devices():
        """Kinds and names by number, from the newest list."""
        listed = story.bob.named("PushParams").body.messages("4")
        return {device.number("1"): (device.text("5"), device.text("7")) for device in listed}

    phone = story.sandbox.act(BOB, "device_online", name="Bob's phone", kind="iPhone")["device"]
    story.same(devices().get(phone), ("iPhone", "Bob's phone"), "the phone (protocol/05 §6.3)")
    story.sandbox.act(BOB, "device_offline", device=phone)
    story.expect(phone not in devices(), "the phone is still listed (protocol/05 §6.3)")


class Habits(Client):
    """What other clients do otherwise, and a server accepts (protocol/01 §1.3, §1.4, §2.2, §3.2, §3.3)."""

    def _wtlogin(self, command, number, body, uin):
        public = b"\x02" + crypto.SECP192K1.public(self._private, compressed=True)[1:]
        envelope = logging_in.wtlogin_envelope(
            self.profile, number, uin, public, self._share_key, body, sequence=7, sso=2, key=secrets.token_bytes(16)
        )
        answer = self.request(command, envelope, raw_guid=True)
        return logging_in.open_wtlogin(answer, number, self._share_key)


@step("a client with other habits is served as well")
def habits(story):
    for _ in range(3):  # So that both signs of the key occur.
        client = Habits(story.sandbox.wire, story.sandbox.keys, None, story.fail, packets.Profile(version=""), "habits")
        client.profile.misc_bitmap = client.profile.main_sigmap
        story.clients.append(client.connect())
        confirmed = story.confirmed(client, ERIN)
        state, again = client.qr_poll(client.qr_fetch().signature, tail=bytes(5) + b"\x03")
        story.same(state, logging_in.WAITING, "a poll with a tail (protocol/01 §3.3)")
        client.login(confirmed)
        client.request(strict.STATUS + "Register", encode({1: client.session.guid.hex(), 3: "", 6: {1: "PC"}}))
        client.named("PushParams")
        # Protocol 13 with the uin "0" (protocol/01 §1.3).
        uin, client.session.uin = client.session.uin, 0
        client.alive(reserved=encode({16: client.session.uid}))
        client.session.uin = uin
        # Upper-case hexadecimal (protocol/04 §1).
        envelope = client.ask("OidbSvcTrpcTcp.0xFE5_2", {1: 0xFE5, 2: 2, 4: encode({1: {1: {3: 1}}})})
        story.same(len(Message(envelope.raw("4")).messages("2")), 3, "the groups by 0xFE5_2 (protocol/04 §1)")
        story.same(client.ask(strict.STATUS + "UnRegister", {2: {}}).text("2"), "unregister success", "UnRegister")
        client.close()


@step("heartbeats")
def heartbeats(story):
    story.same(story.bob.heartbeat(), 270, "the interval (protocol/01 §9 row 6)")
    story.same(story.bob.alive(), b"", "Heartbeat.Alive")
    story.bob.request("Client.CorrectTime", packets.u32(4))
    story.bob.request("trpc.msg.olpush.OlPushService.SsoPushAck", encode({1: {1: "127.0.0.1"}}))


@step("unknown commands are refused")
def unknown(story):
    try:
        story.bob.oidb(0xFFFF, 77, {})
        story.fail("0xffff_77 is served")
    except OidbError as error:
        story.expect(error.text, "a refusal without text (protocol/01 §9 row 7)")
    try:
        story.bob.request("trpc.nobody.Nothing.SsoNothing")
        story.fail("an unknown service is served")
    except ServerError as error:
        story.expect(error.extra, "a return code without extra (protocol/01 §9 row 7)")
