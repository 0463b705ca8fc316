"""What other people's clients insist on (protocol/01 §9.1): the fields that must be on the wire, even when zero.

A path is dotted numbers; `[]` after one means each of any number, `[+]` each of at least one, `?` the one if it is
there. A nested message of no bytes counts as absent."""

from protobuf import Message

OIDB = "OidbSvcTrpcTcp."
REGISTER_PROXY = "trpc.msg.register_proxy.RegisterProxy."
STATUS = "trpc.qq_new_tech.status_svc.StatusService."
MSG_SERVICE = "trpc.msg.msg_svc.MsgService."

ENVELOPE = ["1", "2", "3", "4", "5"]
_MEMBERS = ["1", "2[].1.2", "2[].13", "2[].100", "2[].101", "2[].11?.2", "2[].12?.2"]

# The body of an OIDB answer, or the whole of another.
ANSWERS = {
    REGISTER_PROXY + "SsoInfoSync": ["7.2", "7.3"],
    STATUS + "Register": ["2", "3"],
    "MessageSvc.PbSendMsg": ["1"],
    REGISTER_PROXY + "SsoGetGroupMsg": ["3.3", "3.4", "3.5"],
    OIDB + "0xfd4_1": [
        "3",
        "6",
        "7",
        "101[].1",
        "101[].3",
        "101[].10001[+].1",
        "101[].10001[+].2",
        "101[].10001[].2.1[].1",
        "101[].10001[].2.2[].1",
    ],
    OIDB + "0xfe5_2": ["2[].3", "2[].4.1.2", "2[].4.2", "2[].4.3", "2[].4.4", "2[].4.5", "2[].5.1"],
    OIDB + "0xfe7_3": _MEMBERS,
    OIDB + "0xfe7_4": _MEMBERS,
    OIDB + "0xfe1_2": ["1.2", "1.2.1[].1", "1.2.1[].2", "1.2.2[].1", "1.2.2[].2"],
    OIDB + "0x88d_0": ["1.1", "1.3"],
    OIDB + "0x10c0_1": ["3", "1[].1", "1[].2", "1[].4.1", "1[].4.2", "1[].5.1", "1[].5.2"],
    OIDB + "0x102a_1": ["2", "3", "4"],
}

PUSHES = {
    STATUS + "KickNT": ["1", "3", "4"],
    REGISTER_PROXY + "PushParams": ["4[].1", "4[].5", "4[].7"],
    REGISTER_PROXY + "InfoSyncPush": [
        "3",
        "4",
        "6[].1",
        "6[].2",
        "6[].3",
        "6[].4",
        "6[].9",
        "7?.3[].3",
        "7?.3[].4",
        "7?.3[].5",
        "7?.3[].6[+]",
        "7?.3[].8",
        "8?.4[].1",
        "8?.4[].2",
        "8?.4[].5",
        "8?.4[].8[+]",
    ],
}

MESSAGE = ["1", "2", "2.1"]
RICH_TEXT = ["1.3", "2[+]"]
ELEMENTS = {
    2: ["1"],
    4: ["1", "2", "3", "5", "7", "8", "9", "10"],
    6: ["2", "3", "4", "5", "6", "7", "10", "11", "13"],
    8: ["2", "7", "10", "13", "16", "22", "23", "25"],
    12: ["1", "2"],
    16: ["3"],
    19: ["1", "2", "3", "4", "5", "6", "7", "8", "9", "11", "16", "17"],
    45: ["1", "3"],
    51: ["1"],
    53: ["1", "2", "3"],
}
PTT = ["4", "5", "6", "19"]

_TIP = ["2", "10", "7[].1", "7[].2"]
# The payload of an event, by type and sub type.
EVENTS = {
    (33, 0): ["1", "3"],
    (34, 0): ["1", "3"],
    (44, 0): ["1", "2", "3", "4", "4.1?.1", "4.1?.2", "4.2?.1", "4.2?.2"],
    (84, 0): ["1", "3", "4"],
    (85, 0): ["1", "2", "3", "4", "6", "7"],
    (87, 0): ["1", "2", "3", "4", "5", "6"],
    (525, 0): ["1", "2.1.1", "2.1.5", "2.1.6"],
    (528, 35): ["1.1", "1.2", "1.5", "1.10", "1.11"],
    (528, 138): ["1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7", "1.8", "1.9"],
    (528, 290): _TIP,
    (732, 17): ["11.1", "11.3[+].1", "11.3[].2", "11.3[].3", "11.3[].6"],
    (732, 20): ["4", "13"] + ["26." + path for path in _TIP],
}
# The notify body of type 732, sub type 16, by service.
SERVICES = {
    6: ["5.2", "5.3", "5.5"],
    12: ["5.1", "5.2"],
    35: ["44.1.1." + path for path in ("1", "2.1", "2.2", "3.1", "3.2", "3.4", "3.5")],
}
# Sub types of 732 whose payload has the seven bytes before it (protocol/05 §4.1).
PREFIXED = (16, 17, 20, 21)
CHAT = (82, 141, 166, 167, 208, 529)


def missing(message, paths):
    """Those of the paths that the message lacks."""
    return [path for path in paths if not _present(message, path)]


def _present(message, path):
    step, _, rest = path.partition(".")
    number = step.rstrip("[]+?")
    found = message.fields.get(int(number), [])
    if not found:
        return step.endswith(("[]", "?"))
    if not rest:
        return True
    return all(kind == 2 and value and _present(Message(value), rest) for kind, value in found)


def message_faults(message):
    """What is wrong with a message of protocol/02 §2.2, wherever it came from."""
    faults = [f"message lacks {path} (protocol/01 §9.1)" for path in missing(message, MESSAGE)]
    rich = message.message("3.1")
    if rich.has("4"):
        faults += [f"ptt lacks {path} (protocol/01 §9.1)" for path in missing(rich.message("4"), PTT)]
    if message.number("2.1") == 529:
        file = Message(message.raw("3.2"))
        faults += [f"a private file lacks {path} (protocol/01 §9.1)" for path in missing(file, ["1.56"])]
    if rich.data:
        faults += [f"rich_text lacks {path} (protocol/01 §9.1, protocol/02 §2.5)" for path in missing(rich, RICH_TEXT)]
        for element in rich.messages("2"):
            if len(element.fields) != 1:
                faults.append(f"an element with {len(element.fields)} fields (protocol/02 §3)")
            for number in element.fields:
                paths = ELEMENTS.get(number, [])
                faults += [
                    f"element {number} lacks {path} (protocol/01 §9.1)"
                    for path in missing(element.message(number), paths)
                ]
        if message.number("2.1") in CHAT:
            # An int32 there, an uint32 here (protocol/02 §2.5).
            if rich.number("1.3") & 0xFFFFFFFF != message.number("2.4"):
                faults.append("attr 3 is not the content head's random (protocol/02 §2.5)")
            if rich.number("1.2") != message.number("2.6"):
                faults.append("attr 2 is not the content head's time (protocol/02 §2.5)")
    return faults


def event_faults(push, uin, uid):
    """What is wrong with a MsgPush to this account."""
    message = push.message("1")
    kind, sub = message.number("2.1"), message.number("2.2")
    where = f"push {kind}/{sub}"
    faults = message_faults(message)
    # An own private message, said on another device, goes to the friend (protocol/02 §2.8).
    own = kind in CHAT and kind != 82 and message.number("1.1") == uin
    if own != (message.number("1.5") != uin):
        faults.append(f"to_uin is {message.number('1.5')} (protocol/05 §2.2)")
    if own != (message.text("1.6") != uid):
        faults.append(f"to_uid is {message.text('1.6')!r} (protocol/05 §2.2)")
    for number, name in (("2.4", "random"), ("2.5", "sequence"), ("2.6", "time")):
        if not message.number(number):
            faults.append(f"no {name} (protocol/05 §2.3)")
    high = 0x01000000 if kind in CHAT else 0x02000000
    if message.number("2.12") != high << 32 | message.number("2.4"):
        faults.append(f"msg_uid is {message.number('2.12'):#x} (protocol/02 §2.7, protocol/05 §2.3)")
    if kind in CHAT:
        if not message.number("1.1") or not message.text("1.2"):
            faults.append("no sender (protocol/02 §2.3)")
        if kind == 82 and not message.number("1.8.1"):
            faults.append("no group (protocol/02 §2.3)")
        if kind in (141, 166) and not message.number("2.11"):
            faults.append("no nt_seq (protocol/02 §2.4)")
    else:
        faults += _notice_faults(message, kind, sub)
    return [f"{where}: {fault}" for fault in faults]


def _notice_faults(message, kind, sub):
    content = message.raw("3.2")
    if not content:
        return ["no msg_content (protocol/05 §2.2)"]
    faults = []
    if kind in (528, 732) and message.number("2.3") != sub:
        faults.append(f"c2c_cmd is {message.number('2.3')} (protocol/05 §2.3)")
    group = None
    if kind == 732 and sub in PREFIXED:
        group, content, found = prefixed(content, sub)
        faults += found
    payload = Message(content)
    if kind == 732:
        group = group or payload.number("1")
        if sub in PREFIXED and payload.number("4") != group:
            faults.append("notify body 4 is not the prefix's group (protocol/05 §4.2)")
        if sub == 16:
            service = payload.number("13")
            faults += [
                f"service {service} lacks {path} (protocol/01 §9.1)"
                for path in missing(payload, SERVICES.get(service, []))
            ]
    elif kind in (33, 34, 44, 84, 85, 87):
        group = payload.number("1")
    elif kind == 525:
        group = payload.number("2.1.1")
    if group and message.number("1.1") != group:
        faults.append(f"from_uin is {message.number('1.1')}, not the group (protocol/05 §2.2)")
    faults += [f"payload lacks {path} (protocol/01 §9.1)" for path in missing(payload, EVENTS.get((kind, sub), []))]
    if (kind, sub) in ((732, 20), (528, 290)):
        tip = payload.message("26") if kind == 732 else payload
        if tip.number("1") == 12 and "suffix_str" not in parameters(tip):
            faults.append("a poke without suffix_str (protocol/05 §5.26)")
    return faults


def prefixed(content, sub):
    """The group, the notify body, and what is wrong with the seven bytes before it (protocol/05 §4.1)."""
    faults = []
    if content[4] != sub:
        faults.append(f"prefix names sub type {content[4]} (protocol/05 §4.1)")
    if int.from_bytes(content[5:7], "big") != len(content) - 7:
        faults.append("prefix has a wrong length (protocol/05 §4.1)")
    return int.from_bytes(content[:4], "big"), content[7:], faults


def parameters(tip):
    """A grey tip's parameters (protocol/05 §5.26)."""
    return {pair.text("1"): pair.text("2") for pair in tip.messages("7")}
