// A bot on node-napcat-ts that holds a conversation: quotes, mentions, faces, a merged forward.
//
// Started by the scenario `frameworks::node_napcat_ts`, which gives the address and token in the environment, points
// NODE_PATH at the installed packages, and reads stdout.

const { pathToFileURL } = require('node:url')

async function main () {
  // An ES module does not use NODE_PATH, so its path is resolved here.
  const { NCWebsocket, Structs } = await import(pathToFileURL(require.resolve('node-napcat-ts')))
  const bot = new NCWebsocket({
    baseUrl: process.env.NEKONAP_WS,
    accessToken: process.env.NEKONAP_TOKEN,
    reconnection: { enable: false },
  })

  bot.on('meta_event.lifecycle.connect', (event) => console.log(`connected ${event.self_id}`))

  bot.on('message.group', async (event) => {
    const text = textOf(event.message)
    const reply = event.message.find((segment) => segment.type === 'reply')
    const called = event.message.some((segment) => segment.type === 'at' && segment.data.qq === String(event.self_id))
    if (reply) {
      const quoted = await bot.get_msg({ message_id: Number(reply.data.id) })
      await bot.send_group_msg({ group_id: event.group_id, message: [Structs.text(`you quoted: ${textOf(quoted.message)}`)] })
    } else if (called && text === 'forward') {
      await bot.send_group_forward_msg({
        group_id: event.group_id,
        message: [
          Structs.customNode([Structs.text('first')], 10002, 'Bob'),
          Structs.customNode([Structs.face(14), Structs.text(' second')], 10003, 'Carol'),
        ],
      })
    } else if (called) {
      const faces = event.message.filter((segment) => segment.type === 'face').map((segment) => segment.data.id)
      await bot.send_group_msg({
        group_id: event.group_id,
        message: [
          Structs.reply(event.message_id),
          Structs.at(event.user_id),
          Structs.text(` heard '${text}' and faces ${faces.join()}`),
          Structs.face(66),
        ],
      })
    }
  })

  bot.on('message.private', async (event) => {
    const who = await bot.get_stranger_info({ user_id: event.user_id })
    // A quick operation: the library sends the event back as its context.
    await event.quick_action([Structs.text(`hello ${who.nickname}: ${textOf(event.message)}`)])
  })

  await bot.connect()
}

function textOf (message) {
  return message.filter((segment) => segment.type === 'text').map((segment) => segment.data.text).join('').trim()
}

main()
