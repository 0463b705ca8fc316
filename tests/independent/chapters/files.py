"""Files of groups and of private chats (protocol/03 §6, §7)."""

import base64
import hashlib
import secrets
import struct
import urllib.request

from ntqq import OidbError
from protobuf import Message
from steps import BOB, BOBS_GROUP, DAVE, step

TEXT = b"water the garden"
PERMANENT = 102
ROOT = "/"


def fetched(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read()


def element(push):
    """A group file's element (protocol/02 §3.12)."""
    found = push.message.message("3.1.2").message("5")
    value = found.raw("2")
    head, length = struct.unpack(">BH", value[:3])
    return found.number("1"), head, length == len(value) - 3, Message(value[3:]).message("7.2")


def done(story, part, what):
    story.same(part.number("1"), 0, f"{what}: {part.text('2')}")
    story.expect(part.has("1"), f"{what}: no ret_code (protocol/03 §6)")
    return part


def listed(client, folder=ROOT):
    """The entries of a folder, page by page."""
    entries, start = [], 0
    while True:
        part = client.oidb(
            0x6D8, 1, {2: {1: BOBS_GROUP, 2: 7, 3: folder, 5: 1, 9: 1, 13: start, 17: 2, 18: 0}}, reserved=1
        ).message("2")
        entries += part.messages("5")
        if part.number("4") or not part.messages("5"):
            return entries
        start = part.number("13")


@step("a group file is posted, listed and downloaded")
def group_file(story):
    bob = story.bob
    name = f"plan {secrets.token_hex(2)}.txt"
    given = story.sandbox.act(
        DAVE, "upload_group_file", group=BOBS_GROUP, name=name, base64=base64.b64encode(TEXT).decode()
    )
    push = bob.event(82, where=lambda push: push.message.message("3.1.2").has("5"))
    kind, head, fits, file = element(push)
    story.same((kind, head, fits), (24, 1, True), "the element's head (protocol/02 §3.12)")
    facts = (file.number("1"), file.text("2"), file.number("3"), file.text("4"), file.text("8").lower())
    wanted = (PERMANENT, given["file_id"], len(TEXT), name, hashlib.md5(TEXT).hexdigest())
    story.same(facts, wanted, "the file in the message")
    entry = next(item for item in listed(bob) if item.text("3.1") == given["file_id"])
    facts = (entry.number("1"), entry.text("3.2"), entry.number("3.3"), entry.number("3.4"), entry.number("3.15"))
    story.same(facts, (1, name, len(TEXT), PERMANENT, DAVE), "the listed file (protocol/03 §6.6)")
    story.same(entry.raw("3.10"), hashlib.sha1(TEXT).digest(), "its SHA-1")
    asked = {1: BOBS_GROUP, 2: 7, 3: PERMANENT, 4: given["file_id"]}
    part = done(story, bob.oidb(0x6D6, 2, {3: asked}, reserved=1).message("3"), "the link")
    # The sandbox's port speaks no TLS.
    url = f"http://{part.text('5')}/ftn_handler/{part.raw('6').hex()}/?fname="
    story.same(fetched(url), TEXT, "the bytes (protocol/03 §6.3)")
    refused = bob.oidb(0x6D6, 2, {3: {**asked, 4: "/none"}}, reserved=1).message("3")
    story.expect(refused.number("1") != 0, "a link to a file that does not exist")


@step("group files are moved, renamed, counted and deleted")
def changes(story):
    bob = story.bob
    folder = f"folder {secrets.token_hex(2)}"
    made = done(
        story, bob.oidb(0x6D7, 0, {1: {1: BOBS_GROUP, 2: 7, 3: ROOT, 4: folder}}, reserved=1).message("1"), "a folder"
    )
    id_ = made.text("4.1")
    story.same((made.text("4.2"), made.text("4.3"), made.number("4.6")), (ROOT, folder, BOB), "the folder")
    again = bob.oidb(0x6D7, 0, {1: {1: BOBS_GROUP, 2: 7, 3: ROOT, 4: folder}}, reserved=1).message("1")
    story.expect(again.number("1") != 0, "two folders with one name")
    # The server has the bytes: nothing is to be uploaded.
    announced = {
        1: BOBS_GROUP,
        2: 7,
        3: PERMANENT,
        4: 6,
        5: ROOT,
        6: "again.txt",
        7: "/again.txt",
        8: len(TEXT),
        9: hashlib.sha1(TEXT).digest(),
        10: b"",
        11: hashlib.md5(TEXT).digest(),
    }
    part = done(story, bob.oidb(0x6D6, 0, {1: announced}, reserved=1).message("1"), "the upload")
    story.same(part.number("10"), 1, "file_exist (protocol/03 §6.1)")
    file = part.text("7")
    story.expect(file.startswith("/"), f"the id {file!r}")
    random = secrets.randbits(31) or 1
    feed = {1: PERMANENT, 2: file, 3: random, 5: 1}
    posted = done(story, bob.oidb(0x6D9, 4, {5: {1: BOBS_GROUP, 2: 2, 3: [feed]}}).message("5"), "the post")
    push = bob.event(82, where=lambda push: push.message.number("2.4") == random or push.message.message("3.1.2").has("5"))
    story.same(push.message.number("2.5"), posted.number("4.6"), "the sequence of the message (protocol/03 §6.8)")
    moved = bob.oidb(0x6D6, 5, {6: {1: BOBS_GROUP, 2: 7, 3: PERMANENT, 4: file, 5: ROOT, 6: id_}}, reserved=1)
    done(story, moved.message("6"), "moving")
    renamed = bob.oidb(0x6D6, 4, {5: {1: BOBS_GROUP, 2: 7, 3: PERMANENT, 4: file, 5: id_, 6: "new.txt"}}, reserved=1)
    done(story, renamed.message("5"), "renaming")
    inside = listed(bob, id_)
    story.same([item.text("3.2") for item in inside], ["new.txt"], "the folder's files")
    entry = next(item for item in listed(bob) if item.text("2.1") == id_)
    story.same((entry.number("1"), entry.number("2.8")), (2, 1), "the listed folder")
    count = done(story, bob.oidb(0x6D8, 2, {3: {1: BOBS_GROUP, 2: 7, 3: 6}}, reserved=1).message("3"), "the count")
    space = done(story, bob.oidb(0x6D8, 3, {4: {1: BOBS_GROUP, 2: 7}}, reserved=1).message("4"), "the space")
    story.expect(count.number("4") >= 2, f"{count.number('4')} files")
    story.expect(len(TEXT) <= space.number("5") <= space.number("4"), f"{space.number('5')} bytes in use")
    kept = bob.oidb(0x6D7, 1, {2: {1: BOBS_GROUP, 2: 7, 3: id_}}, reserved=1).message("2")
    story.expect(kept.number("1") != 0, "a folder with a file was deleted (protocol/03 §11)")
    deleted = bob.oidb(0x6D6, 3, {4: {1: BOBS_GROUP, 2: 7, 3: PERMANENT, 4: id_, 5: file}}, reserved=1)
    done(story, deleted.message("4"), "deleting")
    done(story, bob.oidb(0x6D7, 1, {2: {1: BOBS_GROUP, 2: 7, 3: id_}}, reserved=1).message("2"), "deleting the folder")
    story.expect(all(item.text("2.1") != id_ for item in listed(bob)), "a deleted folder is listed")


@step("a private file is received and downloaded")
def private_file(story):
    bob = story.bob
    given = story.sandbox.act(
        DAVE, "send_private_file", to=BOB, name="for you.txt", base64=base64.b64encode(b"for you").decode()
    )
    push = bob.event(529)
    file = Message(push.message.raw("3.2")).message("1")
    facts = (push.sub_type, file.text("3"), file.text("5"), file.number("6"))
    story.same(facts, (4, given["file_id"], "for you.txt", 7), "the file (protocol/02 §3.12)")
    asked = {10: story.uid(BOB), 20: file.text("3"), 30: 2, 60: file.text("57"), 601: 0}
    body = {1: 1200, 2: 1, 14: asked, 101: 3, 102: 103, 200: 1, 99999: {90200: 1}}
    part = bob.oidb(0xE37, 1200, body).message("14")
    story.same(part.number("10"), 0, "the answer's code")
    url = f"http://{part.text('30.20')}:{part.number('30.40')}{part.text('30.50')}&isthumb=0"
    story.same(fetched(url), b"for you", "the bytes (protocol/03 §7.4)")
    body[102] = 1
    part = bob.oidb(0xE37, 1200, body).message("14")
    url = f"http://{part.text('30.120.102.11')}/ftn_handler/{part.raw('30.120.102.8').hex()}/?fname="
    story.same(fetched(url), b"for you", "the bytes in the other form")
    asked[20] = "none"
    try:
        refused = bob.oidb(0xE37, 1200, body).message("14").number("10")
    except OidbError as error:
        refused = error
    story.expect(refused, "a link to a file that does not exist")
