// A Koishi bot that holds a conversation: quotes, mentions, faces, a merged forward.
//
// Started by the scenarios `frameworks::koishi` with the protocol as its argument: `ws` (the bot connects), `ws-reverse` (it
// is connected to) or `http` (it calls over HTTP; the adapter's 6.9.4 loses events there, so it only says that it is
// there). They give the addresses and the token in the environment, point NODE_PATH at the installed packages, and read
// stdout.

const { Context, h, Logger } = require('koishi')
const http = require('@koishijs/plugin-http')
const server = require('@koishijs/plugin-server')
const onebot = require('koishi-plugin-adapter-onebot')

const protocol = process.argv[2]
Logger.levels.base = 1
const app = new Context()
// Koishi's command line loads it from its configuration; the adapter waits for it.
app.plugin(http.default ?? http)
if (protocol !== 'ws') {
  app.plugin(server.default ?? server, { host: '127.0.0.1', port: Number(process.env.NEKONAP_PORT) })
}
app.plugin(onebot.default ?? onebot, {
  selfId: process.env.NEKONAP_SELF_ID,
  protocol,
  endpoint: protocol === 'ws' ? process.env.NEKONAP_WS : process.env.NEKONAP_HTTP,
  token: process.env.NEKONAP_TOKEN,
})

app.on('login-updated', report)
app.on('bot-status-updated', report)
let reported = false
async function report () {
  const bot = app.bots[0]
  if (reported || !bot || bot.status !== 1) return
  reported = true
  console.log(`connected ${bot.selfId}`)
  if (protocol === 'http') {
    const { name } = await bot.getUser('10002')
    await bot.sendMessage('20001', `${bot.user.name} is here`)
    await bot.sendPrivateMessage('10002', `hello ${name}`)
  }
}

app.middleware(async (session, next) => {
  if (session.userId === session.selfId) return
  const text = session.elements.filter((e) => e.type === 'text').map((e) => e.attrs.content).join('').trim()
  const faces = session.elements.filter((e) => e.type === 'face').map((e) => e.attrs.id)
  if (session.isDirect) {
    const { name } = await session.bot.getUser(session.userId)
    await session.send(`hello ${name}: ${text}`)
  } else if (session.quote) {
    await session.send(`you quoted: ${h.select(session.quote.elements, 'text').join('')}`)
  } else if (session.stripped.appel && text === 'forward') {
    await session.send(h('figure', [
      h('message', [h('author', { id: '10002', name: 'Bob' }), h.text('first')]),
      h('message', [h('author', { id: '10003', name: 'Carol' }), h('face', { id: '14' }), h.text(' second')]),
    ]))
  } else if (session.stripped.appel) {
    await session.send([
      h.quote(session.messageId),
      h.at(session.userId),
      h.text(` heard '${text}' and faces ${faces.join()}`),
      h('face', { id: '66' }),
    ])
  } else {
    return next()
  }
})

app.start()
