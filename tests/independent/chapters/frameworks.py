"""A framework that Nekonap connects to, and one that events are posted to (api/transports §3, §5, §8)."""

import hashlib
import hmac
import json

from sandbox import SECRET, TOKEN
from steps import BOB, BOT, BOTS_GROUP, step

# What JSON has to escape, and what some libraries escape although it need not be.
ODD = 'a "quote", a back\\slash, a /slash/, <tags> & \t, 你好 👩‍💻, \u2028 and \x7f, 1.0, 1e5'


def signature(body):
    return "sha1=" + hmac.new(SECRET.encode(), body, hashlib.sha1).hexdigest()


@step("a reverse WebSocket, and again after it broke")
def reverse_websocket(story):
    framework = story.sandbox.reverse_ws
    for round in range(2):
        headers = framework.handshake()
        story.same(headers[":target"], "/onebot/v11/ws?a=%20b", "path and query")
        story.same(headers["x-self-id"], str(BOT), "X-Self-ID")
        story.same(headers["x-client-role"], "Universal", "X-Client-Role")
        story.same(headers["authorization"], f"Bearer {TOKEN}", "Authorization")
        story.expect(headers["user-agent"].startswith("OneBot/11 ("), headers["user-agent"])
        first = framework.frames.get(timeout=30)
        story.same((first.get("sub_type"), first.get("self_id")), ("connect", BOT), "the first frame")
        answer = framework.call(
            action="send_group_msg",
            params={"group_id": str(BOTS_GROUP), "message": f"round {round}"},
            echo={"seq": round},
        )
        story.same((answer["status"], answer["echo"]), ("ok", {"seq": round}), "the answer")
        story.sandbox.act(BOB, "send_group_message", group=BOTS_GROUP, message=f"heard {round}")
        framework.frame("an event", post_type="message", raw_message=f"heard {round}")
        if round == 0:
            framework.kill()


@step("a webhook")
def webhook(story):
    story.sandbox.act(BOB, "send_group_message", group=BOTS_GROUP, message=ODD)
    headers, body = story.sandbox.webhook.post(ODD)
    story.same(headers["X-Self-ID"], str(BOT), "X-Self-ID")
    story.same(headers["Content-Type"], "application/json", "Content-Type")
    story.same(headers["Authorization"], None, "Authorization: the secret does not travel")
    story.same(headers["X-Signature"], signature(body), "the signature of the body")
    printed = json.dumps(json.loads(body), ensure_ascii=False, separators=(",", ":")).encode()
    story.same(headers["X-Signature"], signature(printed), "the signature of the body as JavaScript prints it")


@step("a quick operation in the answer to a webhook")
def quick_operation(story):
    story.sandbox.webhook.answers["who are you?"] = {"reply": "a framework", "at_sender": True, "delete": True}
    asked = story.sandbox.act(BOB, "send_group_message", group=BOTS_GROUP, message="who are you?")["sequence"]
    _, body = story.sandbox.webhook.post("who are you?")
    # The recall comes after the reply (api/transports §8). All connections give a message the same id.
    recalled = json.loads(body)["message_id"]
    story.sandbox.reverse_ws.frame("the recall", notice_type="group_recall", message_id=recalled)
    said = [
        message["message"]
        for message in story.sandbox.messages(group=BOTS_GROUP, limit=5)
        if message["from"] == BOT and message["message"][0].get("sequence") == asked
    ]
    wanted = [
        {"type": "reply", "sequence": asked},
        {"type": "at", "uin": BOB},
        {"type": "text", "text": " a framework"},
    ]
    story.same(said, [wanted], "the reply")
