"""What travels: binary layouts, the service packet, the SSO frame (protocol/01 §1 and §5)."""

import os
import secrets
import struct
import zlib
from dataclasses import dataclass, field

from crypto import tea_decrypt, tea_encrypt
from protobuf import encode

ZERO_KEY = bytes(16)


@dataclass
class Profile:
    """protocol/01 §5.2."""

    version: str = "3.2.26-46494"
    app_id: int = 1600001615
    sub_app_id: int = 537345891
    build: int = 46494
    qua: str = "V1_LNX_NQ_3.2.26_46494_GW_B"
    package: str = "com.tencent.qq"
    pt_version: str = "2.0.0"
    sdk: str = "nt.wtlogin.0.0.1"
    os: str = "Linux"
    os_version: str = "5.15.0"
    device: str = "Linux-PC"
    misc_bitmap: int = 32764
    main_sigmap: int = 169742560


@dataclass
class Session:
    """What a client keeps (protocol/01 §5.1)."""

    guid: bytes = field(default_factory=lambda: os.urandom(16))
    uin: int = 0
    uid: str = ""
    d2: bytes = b""
    d2_key: bytes = b""
    tgt: bytes = b""
    a1: bytes = b""
    nickname: str = ""
    age: int = 0
    gender: int = 0


class ClientError(Exception):
    """The conversation with the server cannot go on as it should."""


class Closed(ClientError):
    """The server closed the connection."""


class ServerError(ClientError):
    """An SSO return code other than 0 (protocol/01 §1.9)."""

    def __init__(self, answer):
        super().__init__(f"{answer.command}: code {answer.code}: {answer.extra}")
        self.answer, self.code, self.extra = answer, answer.code, answer.extra


class OidbError(ClientError):
    """An OIDB result other than 0 (protocol/01 §7)."""

    def __init__(self, command, result, text):
        super().__init__(f"{command}: result {result}: {text}")
        self.result, self.text = result, text


class LoginRefused(ClientError):
    """A log-in state other than 0 (protocol/01 §3.3.1), or an NT error (protocol/01 §3.5)."""

    def __init__(self, state, code, title, text):
        super().__init__(f"log-in state {state}, code {code}: {title}: {text}")
        self.state, self.code, self.title, self.text = state, code, title, text


# -- Binary layouts ----------------------------------------------------------------------------------------------------


def u8(value):
    return struct.pack(">B", value)


def u16(value):
    return struct.pack(">H", value)


def u32(value):
    return struct.pack(">I", value & 0xFFFFFFFF)


def u64(value):
    return struct.pack(">Q", value)


def octets(value):
    return value.encode() if isinstance(value, str) else value


def str16(value):
    return u16(len(octets(value))) + octets(value)


def str16p(value):
    return u16(len(octets(value)) + 2) + octets(value)


def str32p(value):
    return u32(len(octets(value)) + 4) + octets(value)


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, size):
        if size < 0 or self.at + size > len(self.data):
            raise ClientError(f"{size} bytes wanted at {self.at} of {len(self.data)}")
        self.at += size
        return self.data[self.at - size : self.at]

    def number(self, size):
        return int.from_bytes(self.take(size), "big")

    def signed32(self):
        return struct.unpack(">i", self.take(4))[0]

    def str8(self):
        return self.take(self.number(1))

    def str16(self):
        return self.take(self.number(2))

    def str32p(self):
        return self.take(self.number(4) - 4)

    def rest(self):
        return self.take(len(self.data) - self.at)


def tlvs(items):
    return u16(len(items)) + b"".join(u16(tag) + str16(value) for tag, value in items)


def read_tlvs(reader):
    return {reader.number(2): reader.str16() for _ in range(reader.number(2))}


# -- The service packet and the SSO frame (protocol/01 §1.3 to §1.6) ---------------------------------------------------


def trace_parent():
    return f"01-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"


def frame(body):
    return u32(len(body) + 4) + body


def full_sso(profile, session, sequence, command, payload, trace=None, raw_guid=False):
    """The plain SSO frame of protocol 12."""
    reserved = encode({15: trace or trace_parent(), 16: session.uid or None})
    head = (
        u32(sequence)
        + u32(profile.sub_app_id)
        + u32(2052)
        + b"\x02"
        + bytes(11)
        + str32p(session.tgt)
        + str32p(command)
        + str32p(b"")
        + str32p(session.guid if raw_guid else session.guid.hex())
        + str32p(b"")
        + str16p(profile.version)
        + str32p(reserved)
    )
    return str32p(head) + str32p(payload)


def full_packet(session, flag, sso):
    """Protocol 12 with the session's key (flag 1) or the zero key (flag 2)."""
    d2, key = (session.d2, session.d2_key) if flag == 1 else (b"", ZERO_KEY)
    return frame(u32(12) + u8(flag) + str32p(d2) + u8(0) + str32p(str(session.uin)) + tea_encrypt(sso, key))


def simple_packet(session, sequence, command, payload, reserved):
    head = str32p(command) + str32p(b"") + str32p(reserved)
    return frame(u32(13) + u8(0) + u32(sequence) + u8(0) + str32p(str(session.uin)) + str32p(head) + str32p(payload))


@dataclass
class Answer:
    """An answer or push."""

    protocol: int
    flag: int
    uin: str
    sequence: int
    code: int
    extra: str
    command: str
    compression: int
    body: bytes
    faults: list


def read_packet(data, d2_key):
    """One frame's content. Whatever a strict client would stumble over is listed in `faults`."""
    reader = Reader(data)
    faults = []
    protocol, flag = reader.number(4), reader.number(1)
    if protocol not in (12, 13):
        raise ClientError(f"protocol {protocol}")
    if reader.number(1):
        faults.append("field 3 is not zero (protocol/01 §1.3)")
    uin = reader.str32p().decode()
    sso = reader.rest()
    if flag:
        sso = tea_decrypt(sso, d2_key if flag == 1 else ZERO_KEY)
    parts = Reader(sso)
    head, body = Reader(parts.str32p()), parts.str32p()
    if parts.rest():
        faults.append("bytes after the body (protocol/01 §1.5)")
    sequence, code = head.signed32(), head.signed32()
    extra, command = head.str32p().decode(), head.str32p().decode()
    head.str32p()
    compression = head.number(4)
    size, reserved = head.number(4), head.rest()
    # Not counting itself, the length must end with the head; counting itself, it must stay inside.
    if size != len(reserved) or size < 4:
        faults.append(f"reserved says {size} and has {len(reserved)} bytes (protocol/01 §1.5)")
    if compression == 1:
        body = zlib.decompress(body)
    elif compression == 8:
        body = body[4:]
    elif compression not in (0, 4):
        faults.append(f"compression {compression} (protocol/01 §1.5)")
    elif body[:2] in (b"\x78\x01", b"\x78\x9c", b"\x78\xda"):
        faults.append("a plain body that looks like zlib (protocol/01 §1.5)")
    return Answer(protocol, flag, uin, sequence, code, extra, command, compression, body, faults)
