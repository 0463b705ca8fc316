"""Pictures and voices: their bytes on the highway, links, and the messages that name them (protocol/03 §2, §3, §5)."""

import base64
import hashlib
import json
import secrets
import socket
import urllib.error
import urllib.request

from protobuf import Message, encode
from steps import BOB, BOBS_GROUP, BOT, step

BLOCK = 1 << 20
UPLOADED = [
    "1.2",
    "1.3",
    "2.2",
    "2.3[+].1",
    "2.3[].2",
    "2.3[].3",
    "2.3[].4",
    "2.3[].5",
    "2.4[+].1",
    "2.4[].2",
    "2.4[].5",
    "2.6",
    "2.8",
    "2.6.1[+].1.2",
    "2.6.1[].1.1.2",
    "2.6.1[].1.1.3",
    "2.6.1[].1.1.4",
    "2.6.1[].1.1.5.1",
    "2.6.2",
]


def png(size, seed):
    head = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x0a\0\0\0\x14\x08\x06\0\0\0"
    return head + bytes((index + seed) % 251 for index in range(size - len(head)))


def described(data, name, kind, seconds=0):
    """A file's description (protocol/03 §2.4)."""
    picture = kind == 1
    return {
        1: len(data),
        2: hashlib.md5(data).hexdigest(),
        3: hashlib.sha1(data).hexdigest(),
        4: name,
        5: {1: kind, 2: 1001 if picture else 0, 3: 0, 4: 1 if kind == 3 else 0},
        6: 10 if picture else 0,
        7: 20 if picture else 0,
        8: seconds,
        9: 1 if picture else 0,
    }


def asked(command, kind, scene, body):
    """The root of a request (protocol/03 §2.1, §2.2)."""
    return {1: {1: {1: 1, 2: command}, 2: {101: 2, 102: kind, 200: scene[0], **scene[1]}, 3: {1: 2}}, **body}


def upload_request(info, kind, scene):
    reserve = {1: {1: 0, 2: "[x]", 12: {1: 0}}, 2: {3: b""}, 3: {11: b"", 12: b"", 13: b""}}
    body = {1: [{1: info, 2: 0}], 2: 1, 3: 0, 4: secrets.randbits(31), 5: scene[0], 6: reserve, 7: 0, 8: 0}
    return asked(100, kind, scene, {2: body})


def to_group(group):
    return 2, {202: {1: group}}


def to_friend(uid):
    return 1, {201: {1: 2, 2: uid}}


class Highway:
    """The bulk channel of one account (protocol/03 §3)."""

    def __init__(self, story, client):
        answer = client.ask(
            "HttpConn.0x6ff_501",
            {1281: {1: 0, 2: 0, 3: 16, 4: 1, 6: 3, 7: [1, 5, 10, 21], 9: 2, 10: 9, 11: 8, 15: "1.0.1"}},
        ).message("1281")
        self.story, self.uin, self.ticket = story, client.session.uin, answer.raw("1")
        server = next(one for one in answer.messages("3") if one.number("1") == 1)
        place = server.message("2")
        ip = place.number("2").to_bytes(4, "little")
        self.address = (socket.inet_ntoa(ip), place.number("3"))
        story.same(self.address, story.sandbox.wire, "the highway's address (protocol/03 §11)")

    def frame(self, command, data, offset, kind, extension):
        block = data[offset : offset + BLOCK]
        head = encode(
            {
                1: {1: 1, 2: str(self.uin), 3: command, 4: 1, 5: 0, 6: 1600001604, 7: 16, 8: kind},
                2: {
                    2: len(data),
                    3: offset,
                    4: len(block),
                    6: self.ticket,
                    8: hashlib.md5(block).digest(),
                    9: hashlib.md5(data).digest(),
                }
                if data
                else None,
                3: extension,
                4: 0,
                5: {1: 8, 3: 1600001604},
            }
        )
        sizes = len(head).to_bytes(4, "big") + len(block).to_bytes(4, "big")
        return b"\x28" + sizes + head + block + b"\x29"

    def read(self, stream):
        start = stream.read(9)
        self.story.same(start[:1], b"\x28", "the first byte of an answer (protocol/03 §3.2)")
        head = Message(stream.read(int.from_bytes(start[1:5], "big")))
        self.story.same((start[5:9], stream.read(1)), (bytes(4), b"\x29"), "an answer without a body")
        self.story.expect(head.has("3") and head.has("4"), "3 and 4 of an answer (protocol/01 §9.1)")
        return head

    def connect(self):
        connection = socket.create_connection(self.address, 10)
        return connection, connection.makefile("rwb")

    def tcp(self, data, kind, extension, order=None):
        connection, stream = self.connect()
        with connection:
            offsets = order or range(0, len(data), BLOCK)
            for offset in offsets:
                stream.write(self.frame("PicUp.DataUp", data, offset, kind, extension))
            stream.flush()
            return [self.read(stream) for _ in offsets]

    def http(self, data, kind, extension):
        import io

        heads = []
        for offset in range(0, len(data), BLOCK):
            frame = self.frame("PicUp.DataUp", data, offset, kind, extension)
            host, port = self.address
            url = f"http://{host}:{port}/cgi-bin/httpconn?htcmd=0x6FF0087&uin={self.uin}"
            with urllib.request.urlopen(urllib.request.Request(url, frame), timeout=10) as answer:
                heads.append(self.read(io.BytesIO(answer.read())))
        return heads


def extension_of(answer, data):
    """protocol/03 §3.7"""
    info = answer.message("2.6")
    addresses = answer.messages("2.3")
    network = [
        {1: {1: 1, 2: socket.inet_ntoa(one.number("1").to_bytes(4, "little"))}, 2: one.number("2")} for one in addresses
    ]
    return encode(
        {
            1: info.text("1.1.2"),
            2: answer.text("2.1"),
            5: {1: network},
            6: [body.data for body in info.messages("1")],
            10: BLOCK,
            11: {1: [hashlib.sha1(data).digest()]},
        }
    )


def fetched(story, path):
    host, port = story.sandbox.wire
    try:
        with urllib.request.urlopen(f"http://{host}:{port}{path}", timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, b""


def accepted(story, heads, what):
    for head in heads:
        story.same((head.number("3"), head.number("2.5"), head.has("7")), (0, 0, False), what)


@step("a picture goes up in blocks, over TCP and HTTP, and comes down by its link")
def picture(story):
    bob = story.bob
    highway = Highway(story, bob)
    for seed, send in ((1, "tcp"), (2, "http")):
        data = png(2 * BLOCK + 7, seed)
        info = described(data, "a.png", 1)
        answer = bob.oidb(0x11C4, 100, upload_request(info, 1, to_group(BOBS_GROUP)), 1)
        story.same(answer.number("1.2"), 0, "the result (protocol/03 §2.6)")
        story.expect(answer.text("2.1"), "no key for bytes that the server lacks")
        if send == "tcp":
            order = [BLOCK, 0, 0, 2 * BLOCK]
            heads = highway.tcp(data, 1004, extension_of(answer, data), order)
            story.same([head.number("2.3") for head in heads], order, "the answered blocks")
        else:
            heads = highway.http(data, 1004, extension_of(answer, data))
        accepted(story, heads, "an answer to a block")
        again = bob.oidb(0x11C4, 100, upload_request(info, 1, to_group(BOBS_GROUP)), 1)
        story.same(again.text("2.1"), "", "a key for bytes that the server has (protocol/03 §2.6)")
        for one in (answer, again):
            for path in missing(one):
                story.fail(f"the answer to an upload lacks {path} (protocol/01 §9.1)")
        uuid = again.text("2.6.1.1.2")
        fields = Message(base64.urlsafe_b64decode(uuid + "=" * (-len(uuid) % 4)))
        came = fields.raw("2"), fields.number("3"), fields.number("4")
        story.same(came, (hashlib.sha1(data).digest(), len(data), 1407), "the handle (protocol/03 §1.3)")
        raw = again.raw("2.6")
        bob.send_group(BOBS_GROUP, [{53: {1: 48, 2: raw, 3: 20}}])
        # As it is in the answer to the upload (protocol/03 §2.6).
        push = story.carol.event(82, where=lambda push: any(one.raw("53.2") == raw for one in elements(push)))
        element = next(one for one in elements(push) if one.raw("53.2") == raw)
        keys = bob.oidb(0x9067, 202, asked(202, 1, (0, {}), {4: {1: [10, 20, 2]}}), 1).messages("4.1")
        story.same([key.number("5") for key in keys[:2]], [10, 20], "the order of the keys (protocol/03 §5.1)")
        path = element.message("53.2").text("1.2.1") + element.message("53.2").text("1.2.2.1")
        story.expect(fetched(story, path + keys[1].text("1")) == (200, data), "the picture by its link is another")
        story.same(fetched(story, path + keys[0].text("1"))[0], 403, "a key of another scene")
        story.same(fetched(story, path)[0], 403, "no key")
        old = f"/gchatpic_new/0/0-0-{hashlib.md5(data).hexdigest().upper()}/0"
        story.expect(fetched(story, old) == (200, data), "the picture by its MD5 is another (protocol/03 §5.2)")


def elements(push):
    return push.message.messages("3.1.2")


def missing(answer):
    import strict

    return strict.missing(answer, UPLOADED)


@step("a voice goes up for a friend, and its link is asked for")
def voice(story):
    bob = story.bob
    data = b"\x02#!SILK_V3" + bytes(range(250)) * 20
    uid = story.uid(BOT)
    answer = bob.oidb(0x126D, 100, upload_request(described(data, "a.amr", 3, 3), 3, to_friend(uid)), 1)
    accepted(story, Highway(story, bob).tcp(data, 1007, extension_of(answer, data)), "the voice")
    bob.send_friend(BOT, uid, [{53: {1: 48, 2: answer.raw("2.6"), 3: 12}}])
    node = {2: answer.text("2.6.1.1.2"), 3: 1}
    scene = 1, {201: {1: 2, 2: bob.session.uid}}
    link = bob.oidb(0x126D, 200, asked(200, 3, scene, {3: {1: node}}), 1)
    story.expect(link.has("3.1") and link.has("3.3.1") and link.has("3.3.2"), "3.1, 3.3.1, 3.3.2 (protocol/01 §9.1)")
    story.expect(fetched(story, link.text("3.3.2") + link.text("3.1")) == (200, data), "the voice by its link is another")
    said = story.sandbox.messages(**{"as": BOB, "peer": BOT})[-1]["message"][0]
    story.same((said["type"], said["seconds"], said["size"]), ("voice", 3, len(data)), json.dumps(said))


@step("the highway refuses what is wrong, and answers an echo")
def wrong(story):
    bob = story.bob
    highway = Highway(story, bob)
    data = png(1000, 9)
    answer = bob.oidb(0x11C4, 100, upload_request(described(data, "b.png", 1), 1, to_group(BOBS_GROUP)), 1)
    extension = extension_of(answer, data)
    other = png(1000, 10)
    story.expect(highway.tcp(other, 1004, extension)[0].number("3"), "bytes of another file are accepted")
    story.expect(highway.tcp(data, 1003, extension)[0].number("3"), "the key of another purpose is accepted")
    highway.ticket, kept = bytes(16), highway.ticket
    story.expect(highway.tcp(data, 1004, extension)[0].number("3"), "a wrong ticket is accepted")
    highway.ticket = kept
    accepted(story, highway.tcp(data, 1004, extension), "the right bytes")
    connection, stream = highway.connect()
    with connection:
        stream.write(highway.frame("PicUp.Echo", b"", 0, 0, None))
        stream.flush()
        story.same(highway.read(stream).number("3"), 0, "an echo (protocol/03 §3.2)")
