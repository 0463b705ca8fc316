"""A NoneBot 2 bot that holds a conversation: quotes, mentions, faces, a merged forward.

Started by the scenario `frameworks::nonebot`, which gives token and address in the environment and reads stdout. With
`NEKONAP_WS` the bot connects to that address; with `NEKONAP_PORT` it listens there and is connected to.
"""

import os

import nonebot
from nonebot import on_message
from nonebot.adapters.onebot.v11 import Adapter, Bot, GroupMessageEvent, Message, MessageSegment, PrivateMessageEvent

if "NEKONAP_PORT" in os.environ:
    transport = {"driver": "~fastapi", "host": "127.0.0.1", "port": int(os.environ["NEKONAP_PORT"])}
else:
    transport = {"driver": "~websockets", "onebot_ws_urls": [os.environ["NEKONAP_WS"]]}
nonebot.init(onebot_access_token=os.environ["NEKONAP_TOKEN"], log_level="WARNING", **transport)
driver = nonebot.get_driver()
driver.register_adapter(Adapter)


@driver.on_bot_connect
async def connected(bot: Bot) -> None:
    print(f"connected {bot.self_id}", flush=True)


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
        faces = [segment.data["id"] for segment in event.message if segment.type == "face"]
        await bot.send(
            event,
            MessageSegment.reply(event.message_id)
            + MessageSegment.at(event.user_id)
            + f" heard {text!r} and faces {faces}"
            + MessageSegment.face(66),
        )


@private.handle()
async def answer_in_private(bot: Bot, event: PrivateMessageEvent) -> None:
    who = await bot.get_stranger_info(user_id=event.user_id)
    await bot.send(event, f"hello {who['nickname']}: {event.get_plaintext()}")


nonebot.run()
