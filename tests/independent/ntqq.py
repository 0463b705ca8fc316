"""An NTQQ client written from the specification alone (`docs/protocol/`), as a second implementation.

It is as strict as the strictest client. A fault that it finds is passed to `complain`, and the client goes on."""

import queue
import secrets
import socket
import struct
import threading
import time
from dataclasses import dataclass

import strict
from crypto import P256, SECP192K1, aes_gcm_open, aes_gcm_seal, md5
from logging_in import (
    LOGIN,
    TRANS_EMP,
    code2d,
    exchange_request,
    fetch_body,
    login_body,
    nt_head,
    open_wtlogin,
    poll_body,
    read_exchange,
    read_fetch,
    read_login,
    read_poll,
    wtlogin_envelope,
)
from packets import (
    ClientError,
    Closed,
    LoginRefused,
    OidbError,
    Profile,
    ServerError,
    Session,
    full_packet,
    full_sso,
    read_packet,
    simple_packet,
    trace_parent,
    u8,
    u16,
    u32,
)
from protobuf import Message, encode

ECDH_SERVICE = "trpc.login.ecdh.EcdhService."
TIMEOUT = 10

SEQUENCE_COMMANDS = ("Heartbeat.Alive", "Client.CorrectTime")


def expected_flag(command):
    """protocol/01 §1.8."""
    if command in SEQUENCE_COMMANDS:
        return 0
    return 2 if command.startswith(("wtlogin.", ECDH_SERVICE)) else 1


@dataclass
class Push:
    command: str
    sequence: int
    body: Message

    @property
    def message(self):
        return self.body.message("1")

    @property
    def type(self):
        """The type of a MsgPush; None for other pushes."""
        return self.message.number("2.1") if self.command.endswith(".MsgPush") else None

    @property
    def sub_type(self):
        return self.message.number("2.2")

    @property
    def payload(self):
        """An event's own message, without the prefix that some have."""
        content = self.message.raw("3.2")
        if self.type == 732 and self.sub_type in strict.PREFIXED:
            content = content[7:]
        return Message(content)

    @property
    def words(self):
        """A chat message's text."""
        return "".join(part.text("1.1") for part in self.message.messages("3.1.2") if part.has("1"))


class Client:
    """One account on one connection. A request waits for its answer; pushes are kept until a step waits for them."""

    def __init__(self, address, keys, session=None, complain=print, profile=None, name=""):
        self.address = address
        self.secp192k1, self.p256 = bytes.fromhex(keys["secp192k1"]), bytes.fromhex(keys["p256"])
        self.session = session or Session()
        self.profile = profile or Profile()
        self.name = name
        # A random generator: requests are written with shuffled and unknown fields.
        self.mix = None
        self._complain = complain
        self._private = SECP192K1.private()
        self._share_key = md5(SECP192K1.shared_x(self._private, self.secp192k1))
        self._sequence = 5_000_000 + secrets.randbelow(4_000_000)
        self._socket = None
        self._reader = None

    def complain(self, text):
        self._complain(f"{self.name or self.session.uin}: {text}")

    # The connection.

    def connect(self):
        self._socket = socket.create_connection(self.address, TIMEOUT)
        self._socket.settimeout(None)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._waiting = {}
        self._news = threading.Condition()
        self._pushes = []
        self._last_push = 0
        self._closed = False
        self._reader = threading.Thread(target=self._read, args=(self._socket,), daemon=True)
        self._reader.start()
        return self

    def close(self):
        if self._socket:
            try:
                self._socket.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            self._reader.join()
            self._socket.close()
            self._socket = None

    def wait_closed(self, timeout=TIMEOUT):
        self._reader.join(timeout)
        if self._reader.is_alive():
            raise ClientError("the connection is still open")

    def _read(self, source):
        stream = source.makefile("rb")
        try:
            while True:
                head = stream.read(4)
                if len(head) < 4:
                    break
                size = struct.unpack(">I", head)[0]
                if not 4 <= size <= 64 << 20:
                    self.complain(f"a frame of {size} bytes (protocol/01 §1.2)")
                    break
                data = stream.read(size - 4)
                if len(data) < size - 4:
                    break
                try:
                    self._take(data)
                except Exception as error:  # A faulty frame does not end the reader.
                    self.complain(f"a frame that cannot be read: {type(error).__name__}: {error}: {data.hex()[:400]}")
        except (OSError, ValueError):
            pass
        with self._news:
            self._closed = True
            for waiting in self._waiting.values():
                waiting.put(None)
            self._waiting.clear()
            self._news.notify_all()

    def _take(self, data):
        answer = read_packet(data, self.session.d2_key)
        for fault in answer.faults:
            self.complain(f"{answer.command}: {fault}")
        with self._news:
            waiting = self._waiting.pop(answer.sequence, None)
        if waiting:
            waiting.put(answer)
            return
        self._push(answer)

    def _push(self, answer):
        push = Push(answer.command, answer.sequence, Message(answer.body))
        if answer.sequence >= 0 or answer.sequence >= self._last_push:
            self.complain(
                f"push {answer.command} has sequence {answer.sequence} after {self._last_push}: "
                "negative and counting down (protocol/01 §9 row 8)"
            )
        self._last_push = min(answer.sequence, 0)
        if (answer.protocol, answer.flag, answer.code, answer.extra) != (12, 1, 0, ""):
            self.complain(
                f"push {answer.command}: protocol {answer.protocol}, flag {answer.flag}, code {answer.code} "
                "(protocol/01 §9 row 8)"
            )
        if answer.uin != str(self.session.uin):
            self.complain(f"push {answer.command} for {answer.uin} (protocol/01 §1.3)")
        for path in strict.missing(push.body, strict.PUSHES.get(answer.command, [])):
            self.complain(f"push {answer.command} lacks {path} (protocol/01 §9.1)")
        if answer.command == "trpc.msg.olpush.OlPushService.MsgPush":
            for fault in strict.event_faults(push.body, self.session.uin, self.session.uid):
                self.complain(fault)
        with self._news:
            self._pushes.append(push)
            self._news.notify_all()

    def wait(self, what, where, timeout=5):
        """The first push that fits, among those received and those still to come. It is removed from the list."""
        end = time.monotonic() + timeout
        with self._news:
            while True:
                for push in self._pushes:
                    if where(push):
                        self._pushes.remove(push)
                        return push
                left = end - time.monotonic()
                if left <= 0 or self._closed:
                    came = ", ".join(f"{p.command.rsplit('.', 1)[1]} {p.type}/{p.sub_type}" for p in self._pushes)
                    state = "the connection closed" if self._closed else f"nothing in {timeout} s"
                    raise ClientError(f"{self.name or self.session.uin} waited for {what}: {state}; came: {came}")
                self._news.wait(left)

    def event(self, kind, sub=0, where=lambda push: True, timeout=5):
        """The next MsgPush of that type."""
        return self.wait(
            f"a push {kind}/{sub}",
            lambda push: (
                push.type == kind
                and (kind in strict.CHAT or push.sub_type == sub)
                and where(push)
            ),
            timeout,
        )

    def named(self, command, timeout=5):
        return self.wait(command, lambda push: push.command.endswith("." + command), timeout)

    def unread(self):
        """The pushes that no step has waited for."""
        with self._news:
            return list(self._pushes)

    # Requests.

    def next_sequence(self):
        self._sequence += 1
        return self._sequence

    def packet(self, command, payload, sequence, raw_guid=False, reserved=None):
        if expected_flag(command) == 0:
            if reserved is None:
                reserved = encode({15: trace_parent(), 16: self.session.uid or None})
            return simple_packet(self.session, sequence, command, payload, reserved)
        sso = full_sso(self.profile, self.session, sequence, command, payload, raw_guid=raw_guid)
        return full_packet(self.session, expected_flag(command), sso)

    def send(self, data):
        if not self._socket:
            raise Closed("not connected")
        try:
            self._socket.sendall(data)
        except OSError as error:
            raise Closed(str(error)) from error

    def expect(self, sequence):
        waiting = queue.Queue()
        with self._news:
            if self._closed:
                raise Closed("the connection is closed")
            self._waiting[sequence] = waiting
        return waiting

    def collect(self, waiting, command, sequence, timeout=TIMEOUT):
        """Waits for the answer and compares it with the request."""
        try:
            answer = waiting.get(timeout=timeout)
        except queue.Empty:
            raise ClientError(f"{command}: no answer in {timeout} s") from None
        if answer is None:
            raise Closed(f"{command}: the connection closed")
        flag = expected_flag(command)
        if answer.code in (-10001, -10003, -10008):
            flag = 2
        protocol = 13 if expected_flag(command) == 0 else 12
        wanted = (protocol, flag, sequence, command, str(self.session.uin))
        came = (answer.protocol, answer.flag, answer.sequence, answer.command, answer.uin)
        if wanted != came:
            self.complain(
                f"{command}: protocol, flag, sequence, command, uin are {came}, not {wanted} (protocol/01 §9)"
            )
        if answer.code:
            if answer.body:
                self.complain(f"{command}: code {answer.code} with a body (protocol/01 §1.9)")
            raise ServerError(answer)
        if answer.extra:
            self.complain(f"{command}: code 0 with extra {answer.extra!r} (protocol/01 §1.5)")
        return answer

    def request(self, command, payload=b"", timeout=TIMEOUT, raw_guid=False, reserved=None):
        """The answer's body; `ServerError` for a return code."""
        sequence = self.next_sequence()
        waiting = self.expect(sequence)
        self.send(self.packet(command, payload, sequence, raw_guid, reserved))
        answer = self.collect(waiting, command, sequence, timeout)
        if not command.startswith(strict.OIDB):
            paths = strict.ANSWERS.get(command)
            for path in strict.missing(Message(answer.body), paths) if paths else []:
                self.complain(f"answer {command} lacks {path} (protocol/01 §9.1)")
        return answer.body

    def ask(self, command, fields, **options):
        """Protobuf both ways."""
        return Message(self.request(command, encode(fields, self.mix), **options))

    def oidb(self, number, sub, body, reserved=0):
        """The answer's own message; `OidbError` for a result."""
        command = f"{strict.OIDB}{number:#x}_{sub}"
        envelope = self.ask(command, {1: number, 2: sub, 4: encode(body, self.mix), 12: reserved})
        for path in strict.missing(envelope, strict.ENVELOPE):
            self.complain(f"{command}: the envelope lacks {path} (protocol/01 §9.1)")
        if (envelope.number("1"), envelope.number("2")) != (number, sub):
            self.complain(
                f"{command}: the envelope echoes {envelope.number('1'):#x}_{envelope.number('2')} (protocol/01 §7)"
            )
        if envelope.number("3"):
            raise OidbError(command, envelope.number("3"), envelope.text("5"))
        if envelope.text("5"):
            self.complain(f"{command}: result 0 with the text {envelope.text('5')!r} (protocol/01 §7)")
        answer = Message(envelope.raw("4"))
        # A list of notices without any has an empty body.
        needed = [] if number == 0x10C0 and not envelope.raw("4") else strict.ANSWERS.get(command, [])
        for path in strict.missing(answer, needed):
            self.complain(f"{command}: the answer lacks {path} (protocol/01 §9.1)")
        return answer

    # Logging in.

    def _wtlogin(self, command, number, body, uin):
        public = SECP192K1.public(self._private, compressed=True)
        envelope = wtlogin_envelope(self.profile, number, uin, public, self._share_key, body)
        return open_wtlogin(self.request(command, envelope), number, self._share_key)

    def qr_fetch(self, unusual_device=b""):
        body = code2d(self.profile, int(time.time()), 0x31, fetch_body(self.profile, self.session.guid, unusual_device))
        return read_fetch(self._wtlogin("wtlogin.trans_emp", TRANS_EMP, body, 0), self.profile.app_id)

    def qr_poll(self, signature, tail=b""):
        body = code2d(self.profile, int(time.time()), 0x12, poll_body(self.profile, signature, tail))
        return read_poll(self._wtlogin("wtlogin.trans_emp", TRANS_EMP, body, 0), self.profile.app_id)

    def login(self, confirmed, guid=None):
        """Trades a confirmed code for a session."""
        guid = guid or self.session.guid
        self.session.uin = confirmed.uin
        body = login_body(self.profile, guid, confirmed)
        answer = self._wtlogin("wtlogin.login", LOGIN, body, confirmed.uin)
        self.session = read_login(answer, confirmed.uin, guid, confirmed.tgtgt_key)
        return self.session

    def exchange(self):
        """Session key and ticket for easy log-in."""
        private = P256.private()
        payload = exchange_request(self.p256, private, self.session.uin, self.session.guid, int(time.time()))
        return read_exchange(self.request(ECDH_SERVICE + "SsoKeyExchange", payload), private)

    def easy_login(self, a1=None):
        """New tickets for the stored encrypted A1."""
        key, ticket, _ = self.exchange()
        head = nt_head(self.profile, self.session.uin, self.session.guid)
        inner = encode({1: head, 2: {1: a1 or self.session.a1}})
        answer = self.ask(ECDH_SERVICE + "SsoNTLoginEasyLogin", {1: ticket, 3: aes_gcm_seal(key, inner), 4: 1})
        inner = Message(aes_gcm_open(key, answer.raw("3")))
        for path in strict.missing(inner, ["1.1", "1.2", "1.3"]):
            self.complain(f"SsoNTLoginEasyLogin: the answer lacks {path} (protocol/01 §9.1)")
        for number in (1, 2, 3):
            if inner.raw(f"1.{number}") != encode(head[number]):
                self.complain(f"SsoNTLoginEasyLogin: head {number} is not the request's (protocol/01 §3.5)")
        if inner.has("1.4"):
            for path in strict.missing(inner, ["1.4.1", "1.4.2", "1.4.3"]):
                self.complain(f"SsoNTLoginEasyLogin: the error lacks {path} (protocol/01 §9.1)")
            error = inner.message("1.4")
            raise LoginRefused(0, error.number("1"), error.text("2"), error.text("3"))
        tickets = inner.message("2.1")
        self.session.a1, self.session.tgt = tickets.raw("3"), tickets.raw("4")
        self.session.d2, self.session.d2_key = tickets.raw("5"), tickets.raw("6")
        if not (self.session.a1 and self.session.tgt and self.session.d2 and len(self.session.d2_key) == 16):
            raise ClientError("a ticket is missing (protocol/01 §3.5)")

    # Being online (protocol/01 §4).

    def _registration(self, syncing):
        profile = self.profile
        register = {
            1: self.session.guid.hex().upper(),
            2: 0,
            3: profile.version,
            4: int(syncing),
            5: 2052,
            6: {1: profile.device, 2: profile.os, 3: profile.os_version, 4: "", 5: profile.os.lower()},
            7: 0,
            8: 6 if syncing else 0,
            9: 0 if syncing else 1,
        }
        if syncing:
            register |= {10: {1: 1, 2: 1}, 11: 0, 12: 1}
        return register

    def info_sync_request(self, random):
        return encode(
            {
                1: 735,
                2: random,
                4: 2,
                5: 0,
                6: {1: {1: 0}, 2: 0, 3: {1: 0}},
                8: {},
                9: self._registration(True),
                10: {1: 0, 2: 2},
                11: {1: 0, 2: 0, 3: 0},
            },
            self.mix,
        )

    def register_request(self):
        return encode(self._registration(False), self.mix)

    def go_online(self):
        answer = Message(
            self.request(strict.REGISTER_PROXY + "SsoInfoSync", self.info_sync_request(secrets.randbits(31)))
        )
        if answer.text("7.2") != "register success":
            raise ClientError(f"not online: {answer.text('7.2')!r} (protocol/01 §4.1)")

    def register(self):
        """The second way to go online."""
        answer = Message(self.request(strict.STATUS + "Register", self.register_request()))
        if answer.text("2") != "register success":
            raise ClientError(f"not online: {answer.text('2')!r} (protocol/01 §4.1)")

    def unregister(self):
        return self.ask(strict.STATUS + "UnRegister", {1: 1, 2: {}, 3: 1}).text("2")

    def alive(self, reserved=None):
        return self.request("Heartbeat.Alive", u32(4), reserved=reserved)

    def heartbeat(self):
        """The interval that the server asks for."""
        return self.ask(strict.STATUS + "SsoHeartBeat", {1: 1}).number("3")

    # Contacts (protocol/04 §3–§5).

    def friend_page(self, count, cookie=None):
        keys = {1: [102, 103, 20002, 27394, 20009, 20037, 20031]}
        return self.oidb(
            0xFD4,
            1,
            {
                2: count,
                4: 0,
                5: cookie,
                6: 1,
                7: 2147483647,
                10001: [{1: 1, 2: keys}, {1: 4, 2: {1: [100, 101, 102]}}],
            },
        )

    def friends(self, page):
        """Friends by number, and categories, over as many pages as it takes."""
        people, categories, pages, cookie = {}, {}, 0, None
        while True:
            answer = self.friend_page(page, cookie)
            pages += 1
            found = answer.messages("101")
            if len(found) > page:
                self.complain(f"{len(found)} friends on a page of {page} (protocol/04 §3.1)")
            for friend in found:
                if friend.number("3") in people:
                    self.complain(f"friend {friend.number('3')} comes on two pages (protocol/04 §3.1)")
                people[friend.number("3")] = friend
            for category in answer.messages("102"):
                categories[category.number("1")] = category
            if answer.number("7") != self.session.uin:
                self.complain("field 7 is not the own number (protocol/04 §3.1)")
            cookie = answer.raw("2") if answer.has("2") else b""
            last = not Message(cookie).number("1")
            if last != bool(answer.number("3")):
                self.complain("is_end and the cookie disagree (protocol/04 §3.1)")
            if last:
                return people, categories, pages
            if pages > 1000:
                raise ClientError("the friend list does not end")

    def groups(self):
        mask = {number: 1 for number in [*range(1, 6), *range(8, 21), *range(22, 33), 5001, 5002, 5003]}
        answer = self.oidb(0xFE5, 2, {1: {1: mask, 2: {n: 1 for n in range(1, 9)}, 3: {5: 1, 6: 1}}})
        return {group.number("3"): group for group in answer.messages("2")}

    def member_page(self, group, sub, cookie=None, uid=None, mask=(10, 11, 12, 17, 100, 101, 102, 103, 107)):
        single = uid is not None
        return self.oidb(
            0xFE7,
            sub,
            {
                1: group,
                2: 3 if single else 5,
                3: 0 if single else 2,
                4: {number: 1 for number in mask},
                5: {2: uid} if single else None,
                15: cookie,
            },
        )

    def members(self, group, sub=3, **options):
        """Members by number, over as many pages as it takes."""
        people, cookie, pages, count = {}, None, 0, 0
        while True:
            answer = self.member_page(group, sub, cookie, **options)
            pages += 1
            if answer.number("1") != group:
                self.complain("the members of another group (protocol/04 §5.4)")
            for member in answer.messages("2"):
                if member.number("1.4") in people:
                    self.complain(f"member {member.number('1.4')} comes on two pages (protocol/04 §5.4)")
                people[member.number("1.4")] = member
            count = answer.number("3")
            cookie = answer.raw("15") if answer.has("15") else None
            if not cookie:
                return people, count, pages
            if pages > 1000:
                raise ClientError("the member list does not end")

    def profile_of(self, who, keys=(102, 20002, 20009, 20031, 20037, 27394, 105), reserved=None):
        """A profile: numbers and blobs by key, and the answer."""
        if reserved is None:
            reserved = 1 if isinstance(who, int) else 0
        answer = self.oidb(0xFE1, 2, {1: who, 2: 0, 3: [{1: key} for key in keys]}, reserved)
        numbers = {pair.number("1"): pair.number("2") for pair in answer.messages("1.2.1")}
        blobs = {pair.number("1"): pair.raw("2") for pair in answer.messages("1.2.2")}
        return numbers, blobs, answer

    def poke(self, target, group=None, chat=None):
        self.oidb(0xED3, 1, {1: target, 2: group, 5: chat, 6: 0})

    # Messages (protocol/02 §4–§10).

    def send_message(self, routing, elements):
        """The answer, with the random and the client sequence that were sent."""
        random, sequence = secrets.randbits(32) or 1, 10000 + secrets.randbelow(90000)
        answer = self.ask(
            "MessageSvc.PbSendMsg",
            {
                1: routing,
                2: {1: 1, 2: 0, 3: 0, 4: 0},
                3: {1: {2: elements}},
                4: sequence,
                5: random,
            },
        )
        return answer, random, sequence

    def send_group(self, group, elements):
        return self.send_message({2: {1: group}}, elements)

    def send_friend(self, uin, uid, elements):
        return self.send_message({1: {1: uin, 2: uid}}, elements)

    def recall_group(self, group, sequence, random):
        return self.ask(
            strict.MSG_SERVICE + "SsoGroupRecallMsg",
            {
                1: 1,
                2: group,
                3: {1: sequence, 2: random, 3: 0},
                4: {1: 0},
            },
        )

    def recall_private(self, uid, client_sequence, random, moment, sequence):
        return self.ask(
            strict.MSG_SERVICE + "SsoC2CRecallMsg",
            {
                1: 1,
                3: uid,
                4: {1: client_sequence, 2: random, 3: 0x01000000 << 32 | random, 4: moment, 5: 0, 6: sequence},
                5: {1: 0, 2: 0},
                6: 0,
            },
        )

    def _checked(self, messages, where):
        for message in messages:
            if message.number("1.1"):
                for fault in strict.message_faults(message):
                    self.complain(f"{where}: {fault}")
        return messages

    def group_history(self, group, first, last):
        answer = self.ask(strict.REGISTER_PROXY + "SsoGetGroupMsg", {1: {1: group, 2: first, 3: last}, 2: 1})
        if answer.number("1") or answer.number("3.1"):
            raise ClientError(f"group history: {answer!r}")
        if tuple(answer.number(f"3.{n}") for n in (3, 4, 5)) != (group, first, last):
            self.complain("SsoGetGroupMsg: 3.3 to 3.5 are not what was asked (protocol/02 §6.1)")
        return self._checked(answer.messages("3.6"), "SsoGetGroupMsg")

    def private_history(self, uid, first, last):
        answer = self.ask(strict.REGISTER_PROXY + "SsoGetC2cMsg", {2: uid, 3: first, 4: last})
        if answer.number("1"):
            raise ClientError(f"private history: {answer!r}")
        if answer.has("4"):
            self.complain("SsoGetC2cMsg: field 4 is there (protocol/02 §6.2)")
        return self._checked(answer.messages("7"), "SsoGetC2cMsg")

    def roam(self, uid, moment, random, count, direction=1):
        answer = self.ask(
            strict.REGISTER_PROXY + "SsoGetRoamMsg", {1: uid, 2: moment, 3: random, 4: count, 5: direction}
        )
        if answer.text("3") != uid:
            self.complain("SsoGetRoamMsg: field 3 is not the peer (protocol/02 §6.3)")
        return answer, self._checked(answer.messages("7"), "SsoGetRoamMsg")

    def peer_sequence(self, uid):
        answer = self.ask(strict.MSG_SERVICE + "SsoGetPeerSeq", {1: uid})
        if answer.number("1"):
            raise ClientError(f"peer sequence: {answer.text('2')}")
        return max(answer.number("3"), answer.number("4"))

    def group_sequence(self, group):
        answer = self.oidb(0x88D, 0, {1: secrets.randbits(31), 2: {1: group, 2: {22: 1}}})
        return answer.message("1").number("3.22")

    def read_group(self, group, sequence):
        return self.ask(strict.MSG_SERVICE + "SsoReadedReport", {1: {1: group, 2: sequence}})

    def read_private(self, uid, moment, sequence):
        return self.ask(strict.MSG_SERVICE + "SsoReadedReport", {2: {2: uid, 3: moment, 4: sequence}})

    def react(self, group, sequence, code, kind, adding=True):
        self.oidb(0x9082, 1 if adding else 2, {2: group, 3: sequence, 4: code, 5: kind, 6: 0, 7: 0})

    def essence(self, group, sequence, random, adding=True):
        answer = self.oidb(0xEAC, 1 if adding else 2, {1: group, 2: sequence, 3: random})
        if answer.data:
            self.complain("0xeac: a body on success (protocol/02 §10)")


# -- Elements (protocol/02 §3) -----------------------------------------------------------------------------------------


def words(text):
    return {1: {1: text}}


def at(name, uin, uid):
    shown = "@" + name
    spot = u16(1) + u16(0) + u16(len(shown.encode("utf-16-le")) // 2) + u8(0) + u32(uin) + u16(0)
    return {1: {1: shown, 3: spot, 12: {3: 2, 4: uin, 5: 0, 9: uid}}}


def face(number):
    return {2: {1: number}}
