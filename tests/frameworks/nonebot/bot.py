"""A NoneBot 2 bot that holds a conversation: quotes, mentions, faces, a merged forward.

Started by the scenarios `frameworks::nonebot` with the mode as its argument: `ws` (the bot connects), `ws-reverse` (it is
connected to) or `http` (it gets events as a webhook, and calls over HTTP). The environment has token and addresses. The
bot prints `connected` when it can be spoken to.
"""

import os
import sys

import nonebot
from nonebot import on_message
from nonebot.adapters.onebot.v11 import Adapter, Bot, GroupMessageEvent, Message, MessageSegment, PrivateMessageEvent

mode = sys.argv[1]
settings = {"onebot_access_token": os.environ["NEKONAP_TOKEN"]}
if mode == "ws":
    settings |= {"driver": "~websockets", "onebot_ws_urls": [os.environ["NEKONAP_WS"]]}
else:
    settings |= {"driver": "~fastapi+~httpx", "host": "127.0.0.1", "port": int(os.environ["NEKONAP_PORT"])}
if mode == "http":
    settings |= {
        "onebot_api_roots": {os.environ["NEKONAP_SELF_ID"]: os.environ["NEKONAP_HTTP"]},
        "onebot_secret": os.environ["NEKONAP_SECRET"],
    }
nonebot.init(log_level="WARNING", **settings)
driver = nonebot.get_driver()
driver.register_adapter(Adapter)


def connected() -> None:
    print(f"connected {os.environ['NEKONAP_SELF_ID']}", flush=True)


if mode == "http":
    # NoneBot knows a bot from its first event on.
    driver.on_startup(connected)
else:

    @driver.on_bot_connect
    async def bot_connected(bot: Bot) -> None:
        if bot.self_id == os.environ["NEKONAP_SELF_ID"]:
            connected()


group = on_message(rule=lambda event: isinstance(event, GroupMessageEvent))
private = on_message(rule=lambda event: isinstance(event, PrivateMessageEvent))


@group.handle()
async def answer_in_a_group(bot: Bot, event: GroupMessageEvent) -> None:
    # NoneBot takes mentions of the bot and quotes out of the message and says so in `to_me` and `reply`.
    text = event.get_plaintext().strip()
    if event.reply is not None:
        quoted = event.reply.message.extract_plain_text()
        await bot.send(event, f"you quoted: {quoted}, of {event.reply.sender.user_id}")
    elif text == "forward" and event.to_me:
        await bot.send_group_forward_msg(
            group_id=event.group_id,
            messages=[
                MessageSegment.node_custom(10002, "Bob", Message("first")),
                MessageSegment.node_custom(10003, "Carol", MessageSegment.face(14) + " second"),
            ],
        )
    elif event.to_me:
        faces = ",".join(segment.data["id"] for segment in event.message if segment.type == "face")
        await bot.send(
            event,
            MessageSegment.reply(event.message_id)
            + MessageSegment.at(event.user_id)
            + f" heard '{text}' and faces {faces}"
            + MessageSegment.face(66),
        )


@private.handle()
async def answer_in_private(bot: Bot, event: PrivateMessageEvent) -> None:
    who = await bot.get_stranger_info(user_id=event.user_id)
    await bot.send(event, f"hello {who['nickname']}: {event.get_plaintext()}")


nonebot.run()
