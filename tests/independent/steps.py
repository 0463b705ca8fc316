"""The story: its steps, its people, and the failures so far."""

import traceback
from pathlib import Path

import logging_in
from ntqq import Client, OidbError
from packets import ClientError
from sandbox import NotYet

BOT, BOB, CAROL, DAVE, ERIN = 10001, 10002, 10003, 10004, 10005
BOTS_GROUP, BOBS_GROUP, CAROLS_GROUP = 20001, 20002, 20003
# The OIDB result of a command that the sandbox does not serve.
NO_SERVICE = 501
STEPS = []


def step(title):
    def enter(function):
        STEPS.append((title, function))
        return function

    return enter


class Story:
    """The sandbox, the clients, and the failures so far."""

    def __init__(self, sandbox):
        self.failures = []
        self.not_yet = {}
        self.chapter = ""
        self.clients = []
        self.sandbox = sandbox
        self.people = {person["uin"]: person for person in self.sandbox.world()["people"]}

    def fail(self, text):
        self.failures.append(f"{self.chapter}: {text}")
        print(f"    FAILED: {text}", flush=True)

    def expect(self, condition, text):
        if not condition:
            self.fail(text)
        return condition

    def same(self, came, wanted, what):
        self.expect(came == wanted, f"{what}: {came!r}, not {wanted!r}")

    def client(self, session=None, name=""):
        client = Client(self.sandbox.wire, self.sandbox.keys, session, self.fail, name=name)
        self.clients.append(client)
        return client.connect()

    def uid(self, uin):
        return self.people[uin]["uid"]

    def name(self, uin):
        return self.people[uin]["nickname"]

    def confirmed(self, client, uin):
        """Fetches a code and lets that person's phone scan and confirm it."""
        code = client.qr_fetch()
        self.sandbox.act(uin, "scan_login", code=code.url)
        self.sandbox.act(uin, "confirm_login", code=code.url)
        state, confirmed = client.qr_poll(code.signature)
        if state != logging_in.CONFIRMED:
            raise ClientError(f"a confirmed code polls as {state}")
        return confirmed

    def log_in(self, uin, name=""):
        client = self.client(name=name)
        client.login(self.confirmed(client, uin))
        return client

    def run(self):
        for title, function in STEPS:
            self.chapter = title
            print(f"-- {title}", flush=True)
            try:
                function(self)
            except (NotYet, OidbError) as error:
                if isinstance(error, OidbError) and error.result != NO_SERVICE:
                    self.fail(f"{error} (unexpected)")
                    continue
                self.not_yet[title] = str(error)
                print(f"    not yet: {error}", flush=True)
            except Exception as error:
                where = [
                    f for f in traceback.extract_tb(error.__traceback__) if Path(f.filename).parent.name == "chapters"
                ]
                line = f" ({Path(where[-1].filename).name} line {where[-1].lineno})" if where else ""
                self.fail(f"{type(error).__name__}: {error}{line}")

    def end(self):
        for client in self.clients:
            client.close()


def chat_facts(story, push, sender, group=None):
    """Compares a chat push with protocol/02 §2.3 and §2.4."""
    message = push.message
    story.same((message.number("1.1"), message.text("1.2")), (sender, story.uid(sender)), "the sender")
    story.same(message.has("1.8"), group is not None, "field 8 of the routing head")
    story.expect(message.number("2.7") == 1 and not message.number("2.8"), "one part, the first (protocol/02 §2.4)")
    if group:
        story.same(message.number("1.8.1"), group, "the group")
        story.same(message.number("2.11"), 0, "nt_seq of a group message (protocol/02 §2.4)")
        card, kind = message.text("1.8.4"), message.number("1.8.5")
        story.expect(
            card == story.name(sender) if kind != 1 else card, f"card {card!r} of kind {kind} (protocol/02 §2.3)"
        )
        owner = {BOTS_GROUP: BOT, BOBS_GROUP: BOB, CAROLS_GROUP: CAROL}.get(group)
        role = 8 if sender == owner else 16 if (group, sender) == (BOBS_GROUP, BOT) else 0
        story.same(message.number("1.8.9"), role, "the sender's role (protocol/02 §2.3)")
        story.expect(message.text("1.8.7"), "no group name (protocol/02 §2.3)")
    else:
        story.same((message.number("2.2"), message.number("2.3")), (11, 11), "sub_type and c2c_cmd (protocol/02 §4.4)")


def spoken(message):
    return "".join(part.text("1.1") for part in message.messages("3.1.2") if part.has("1"))
