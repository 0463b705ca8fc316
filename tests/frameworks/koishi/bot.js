// A Koishi bot that holds a conversation: quotes, mentions, faces, a merged forward.
//
// Started by the scenario `frameworks::koishi`, which gives the address and token in the environment, points NODE_PATH at
// the installed packages, and reads stdout.

const { Context, h, Logger } = require('koishi')
const http = require('@koishijs/plugin-http')
const onebot = require('koishi-plugin-adapter-onebot')

Logger.levels.base = 1
const app = new Context()
// Koishi's command line loads it from its configuration; the adapter waits for it.
app.plugin(http.default ?? http)
app.plugin(onebot.default ?? onebot, {
  selfId: process.env.NEKONAP_SELF_ID,
  protocol: 'ws',
  endpoint: process.env.NEKONAP_WS,
  token: process.env.NEKONAP_TOKEN,
})

app.on('login-updated', report)
app.on('bot-status-updated', report)
let reported = false
function report () {
  const bot = app.bots[0]
  if (reported || !bot || bot.status !== 1) return
  reported = true
  console.log(`connected ${bot.selfId}`)
}

app.middleware(async (session, next) => {
  if (session.userId === session.selfId) return
  const text = session.elements.filter((e) => e.type === 'text').map((e) => e.attrs.content).join('').trim()
  const faces = session.elements.filter((e) => e.type === 'face').map((e) => e.attrs.id)
  if (session.isDirect) {
    await session.send(`hello ${session.username}: ${text}`)
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
