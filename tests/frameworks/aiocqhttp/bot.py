"""An aiocqhttp bot that holds a conversation: quotes, mentions, faces, a merged forward.

Started by the scenarios `frameworks::aiocqhttp` with the mode as its argument: `ws-reverse` (the bot is connected to) or
`http` (it gets events as a webhook, and calls over HTTP). The environment has token and addresses. The bot prints
`connected` when it can be spoken to.
"""

import logging
import os
import sys

from aiocqhttp import CQHttp, Event, Message, MessageSegment

mode = sys.argv[1]
settings = {"access_token": os.environ["NEKONAP_TOKEN"], "message_class": Message}
if mode == "http":
    settings |= {"api_root": os.environ["NEKONAP_HTTP"], "secret": os.environ["NEKONAP_SECRET"]}
bot = CQHttp(__name__, **settings)
bot.logger.setLevel(logging.WARNING)


def connected() -> None:
    print(f"connected {os.environ['NEKONAP_SELF_ID']}", flush=True)


if mode == "http":

    @bot.server_app.before_serving
    async def listening() -> None:
        connected()

else:

    @bot.on_websocket_connection
    async def accepted(event: Event) -> None:
        connected()


def text_of(message: Message) -> str:
    return "".join(segment.data["text"] for segment in message if segment.type == "text").strip()


@bot.on_message("group")
async def answer_in_a_group(event: Event) -> None:
    text = text_of(event.message)
    data = {segment.type: segment.data for segment in event.message}
    if "reply" in data:
        quoted = await bot.get_msg(self_id=event.self_id, message_id=int(data["reply"]["id"]))
        await bot.send(event, f"you quoted: {text_of(Message(quoted['message']))}")
    elif data.get("at", {}).get("qq") != str(event.self_id):
        return
    elif text == "forward":
        await bot.send_group_forward_msg(
            self_id=event.self_id,
            group_id=event.group_id,
            messages=[
                MessageSegment.node_custom(10002, "Bob", "first"),
                MessageSegment.node_custom(10003, "Carol", MessageSegment.face(14) + " second"),
            ],
        )
    else:
        await bot.send(
            event,
            MessageSegment.reply(event.message_id)
            + MessageSegment.at(event.user_id)
            + f" heard '{text}' and faces {data['face']['id']}"
            + MessageSegment.face(66),
        )


@bot.on_message("private")
async def answer_in_private(event: Event) -> dict:
    who = await bot.get_stranger_info(self_id=event.self_id, user_id=event.user_id)
    # What a handler returns is a quick operation.
    return {"reply": f"hello {who['nickname']}: {text_of(event.message)}"}


bot.run(host="127.0.0.1", port=int(os.environ["NEKONAP_PORT"]))
