"""The bodies of logging in: wtlogin by QR code, the NT key exchange (protocol/01 §3)."""

import hashlib
from dataclasses import dataclass

from crypto import P256, aes_gcm_open, aes_gcm_seal, tea_decrypt, tea_encrypt
from packets import ClientError, LoginRefused, Reader, Session, read_tlvs, str16, tlvs, u8, u16, u32, u64
from protobuf import Message, encode

# -- wtlogin (protocol/01 §3.2 and §3.3) -------------------------------------------------------------------------------

TRANS_EMP, LOGIN = 2066, 2064
WAITING, SCANNED, CONFIRMED, EXPIRED, CANCELLED, INVALID = 48, 53, 0, 17, 54, 144


def wtlogin_envelope(profile, command, uin, public, share_key, body, sequence=0, sso=19, key=bytes(16)):
    inner = (
        u16(8001)
        + u16(command)
        + u16(sequence)
        + u32(uin)
        + u8(3)
        + u8(0x87)
        + u32(0)
        + u8(sso)
        + u16(0)
        + u16(profile.build)
        + u32(0)
        + u8(1)
        + u8(1)
        + key
        + u16(0x0102)
        + str16(public)
        + tea_encrypt(body, share_key)
    )
    return u8(2) + u16(len(inner) + 4) + inner + u8(3)


def open_wtlogin(data, command, share_key):
    if data[0] != 2 or data[-1] != 3 or int.from_bytes(data[1:3], "big") != len(data):
        raise ClientError("not a wtlogin answer (protocol/01 §3.2)")
    reader = Reader(data)
    reader.take(3)
    if (reader.number(2), reader.number(2)) != (8001, command):
        raise ClientError("a wtlogin answer to something else")
    if data[14:16] != b"\0\0":
        raise ClientError(f"wtlogin encrypt type and state {data[14:16].hex()} (protocol/01 §3.2)")
    return tea_decrypt(data[16:-1], share_key)


def code2d(profile, now, sub_command, body):
    inner = u16(sub_command) + bytes(21) + u8(3) + u16(0) + u16(0x32) + u32(0) + u64(0) + body + u8(3)
    part = u32(now) + u8(2) + u16(len(inner) + 3) + inner
    return u8(0) + u16(len(part)) + u32(profile.app_id) + u32(0x72) + u16(0) + u8(0) + part


def open_code2d(data, sub_command, app_id):
    """The result code and what follows it."""
    reader = Reader(data)
    reader.take(1)
    if reader.number(1):
        raise ClientError("a code2d answer under the ST key")
    size = reader.number(2)
    reader.take(1)
    if size != len(data) - 5 or data[5] != 2 or data[-1] != 3:
        raise ClientError("a code2d answer of another shape (protocol/01 §3.3)")
    reader.take(1)
    if reader.number(2) != size or reader.number(2) != sub_command:
        raise ClientError("a code2d answer to something else (protocol/01 §3.3)")
    reader.at = 50
    if reader.number(4) != app_id:
        raise ClientError("a code2d answer for another app (protocol/01 §3.3)")
    return reader.number(1), Reader(data[reader.at : -1])


def fetch_body(profile, guid, unusual_device=b""):
    items = [(0x11, unusual_device)] if unusual_device else []
    items += [
        (
            0x16,
            u32(0)
            + u32(profile.app_id)
            + u32(profile.sub_app_id)
            + guid
            + str16(profile.package)
            + str16(profile.pt_version)
            + str16(profile.package),
        ),
        (0x1B, u32(0) + u32(0) + u32(3) + u32(4) + u32(72) + u32(2) + u32(2) + u16(0)),
        (0x1D, u8(1) + u32(profile.misc_bitmap) + u32(0) + u8(0)),
        (0x33, guid),
        (0x35, u32(19)),
        (0x66, u32(19)),
        (0xD1, encode({1: {1: profile.os, 2: profile.device}, 4: {6: 1}})),
    ]
    return u16(0) + u32(profile.app_id) + u64(0) + u8(0) + u16(0) + tlvs(items)


def poll_body(profile, signature, tail=b""):
    return u16(0) + u32(profile.app_id) + str16(signature) + u64(0) + u8(0) + u16(0) + u16(0) + tail


def device_tlvs(profile, guid):
    """What 0x144 holds, before its cipher."""
    return tlvs(
        [
            (0x16E, profile.device.encode()),
            (0x147, u32(profile.app_id) + str16(profile.pt_version) + str16(profile.package)),
            (0x128, u16(0) + u8(0) + u8(0) + u8(0) + u32(0) + str16(profile.os) + str16(guid) + u16(0)),
            (0x124, bytes(12)),
        ]
    )


def login_body(profile, guid, confirmed):
    return u16(9) + tlvs(
        [
            (0x106, confirmed.a1),
            (0x144, tea_encrypt(device_tlvs(profile, guid), confirmed.tgtgt_key)),
            (0x116, u8(0) + u32(12058620) + u32(0) + u8(0)),
            (0x142, u16(0) + str16(profile.package)),
            (0x145, guid),
            (0x018, u16(0) + u32(5) + u32(0) + u32(8001) + u32(confirmed.uin) + u16(0) + u16(0)),
            (0x141, u16(0) + str16("Unknown") + u16(0) + u16(0)),
            (0x177, u8(1) + u32(0) + str16(profile.sdk)),
            (0x191, u8(0)),
            (
                0x100,
                u16(0)
                + u32(5)
                + u32(profile.app_id)
                + u32(profile.sub_app_id)
                + u32(profile.build)
                + u32(profile.main_sigmap),
            ),
            (0x107, u16(1) + u8(0x0D) + u16(0) + u8(1)),
            (0x318, b""),
            (0x16A, confirmed.no_picture_sig),
            (0x166, u8(5)),
            (0x521, u32(0x13) + str16("basicim")),
        ]
    )


@dataclass
class Code:
    """A QR code (protocol/01 §3.3)."""

    signature: bytes
    picture: bytes
    seconds: int
    minutes: int
    url: str
    key: str
    first_field: int


@dataclass
class Confirmed:
    uin: int
    a1: bytes
    no_picture_sig: bytes
    tgtgt_key: bytes


def read_fetch(data, app_id):
    result, reader = open_code2d(data, 0x31, app_id)
    if result:
        raise ClientError(f"no QR code: {result}")
    signature = reader.str16()
    items = read_tlvs(reader)
    address = Message(items[0xD1])
    expiry = Reader(items[0x1C])
    return Code(
        signature,
        items[0x17],
        expiry.number(4),
        expiry.number(2),
        address.text("2"),
        address.text("3"),
        items[0xD1][0] >> 3,
    )


def read_poll(data, app_id):
    """The result code and, when it is 0, what the log-in needs."""
    result, reader = open_code2d(data, 0x12, app_id)
    if result:
        return result, None
    uin = reader.number(8)
    reader.take(4)
    items = read_tlvs(reader)
    return result, Confirmed(uin, items[0x18], items[0x19], items[0x1E])


def read_login(data, uin, guid, tgtgt_key):
    reader = Reader(data)
    if reader.number(2) != 9:
        raise ClientError("a log-in answer of another kind")
    state = reader.number(1)
    items = read_tlvs(reader)
    if state:
        error = Reader(items[0x146])
        raise LoginRefused(state, error.number(4), error.str16().decode(), error.str16().decode())
    items = read_tlvs(Reader(tea_decrypt(items[0x119], tgtgt_key)))
    face = Reader(items[0x11A])
    face.take(2)
    age, gender, nickname = face.number(1), face.number(1), face.str8().decode()
    session = Session(
        guid,
        uin,
        Message(items[0x543]).text("9.11.1"),
        items[0x143],
        items[0x305],
        items[0x10A],
        items[0x106],
        nickname,
        age,
        gender,
    )
    if not (session.uid and session.d2 and len(session.d2_key) == 16 and session.tgt and session.a1):
        raise ClientError("a ticket is missing (protocol/01 §3.3.1)")
    return session


# -- NT key exchange and easy log-in (protocol/01 §3.4 and §3.5) -------------------------------------------------------

VERIFY_KEY = bytes.fromhex("e2733bf403149913cbf80c7a95168bd4ca6935ee53cd39764beebe2e007e3aee")


def exchange_request(server_key, private, uin, guid, now, iv=None):
    public = P256.public(private, compressed=False)
    secret = aes_gcm_seal(P256.shared_x(private, server_key), encode({1: str(uin), 2: guid}), iv)
    proof = hashlib.sha256(public + u32(1) + secret + u32(0) + u32(now)).digest()
    return encode({1: public, 2: 1, 3: secret, 4: now, 5: aes_gcm_seal(VERIFY_KEY, proof, iv)})


def read_exchange(data, private):
    """Session key, ticket and lifetime."""
    answer = Message(data)
    secret = Message(aes_gcm_open(P256.shared_x(private, answer.raw("3")), answer.raw("1")))
    return secret.raw("1"), secret.raw("2"), secret.number("3")


def nt_head(profile, uin, guid):
    return {
        1: {1: str(uin)},
        2: {1: profile.os, 2: profile.device, 3: 7, 4: guid},
        3: {1: profile.os, 2: profile.app_id, 3: profile.package, 5: profile.qua},
        5: {},
        7: {1: 1},
    }
