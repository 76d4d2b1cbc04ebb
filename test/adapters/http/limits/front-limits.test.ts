import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { describe, it } from 'node:test'
import { listen, parseAnswer } from '../../../support/gateway/raw-request.ts'
import { parseScrape } from '../../../support/gateway/scrape.ts'
import { makeTestService, type TestService } from '../../../support/gateway/test-service.ts'

const REQUEST = 'GET /livez HTTP/1.1\r\nHost: gateway\r\n\r\n'

/** A connection that is kept after an answer, and the answer; `undefined` where it was closed before one. */
async function keptConnection(port: number, localAddress = '127.0.0.1') {
  const socket = connect({ port, host: '127.0.0.1', localAddress })
  socket.setEncoding('utf8').on('error', () => undefined)
  socket.write(REQUEST)
  const answer = await Promise.race([
    once(socket, 'data').then(([text]) => String(text)),
    once(socket, 'close').then(() => undefined),
  ])
  return { socket, answer }
}

async function close(socket: Socket): Promise<void> {
  const closed = once(socket, 'close')
  socket.destroy()
  await closed
}

function refusals(t: TestService): number {
  return t.logLines.filter((line) => line.includes('connections closed')).length
}

describe('An idle connection', () => {
  it('is kept for 75 s, longer than a proxy keeps it, and says so', async () => {
    await using t = await makeTestService()
    const { socket, answer } = await keptConnection(await listen(t))
    assert.equal(parseAnswer(answer ?? '').headers['keep-alive'], 'timeout=75')
    await close(socket)
  })

  it('is closed after the time that is set', async () => {
    await using t = await makeTestService({ KEEP_ALIVE_MS: '1000' })
    const { socket } = await keptConnection(await listen(t))
    await once(socket.resume(), 'close')
  })
})

describe('The connections', () => {
  for (const [setting, theirs] of [
    ['SOCKETS_PER_ADDRESS', '127.0.0.1'],
    ['SOCKETS_MAX', '127.0.0.2'],
  ] as const) {
    it(`are as many as ${setting} says, and one more is closed at once`, async () => {
      await using t = await makeTestService({ [setting]: '2' })
      const port = await listen(t)
      const first = await keptConnection(port, theirs)
      const second = await keptConnection(port)
      assert.match(second.answer ?? '', /^HTTP\/1.1 200 /)
      for (const _ of [1, 2]) assert.equal((await keptConnection(port)).answer, undefined)
      // A minute has one line about it, however many there are.
      assert.equal(refusals(t), 1)
      const { value } = parseScrape(await t.metrics.text())
      assert.equal(value('gateway_turned_away_total', { why: 'sockets' }), 2)
      await close(first.socket)
      const place = () => keptConnection(port)
      let third = await place()
      // The service learns of the end of a connection some turns after us.
      while (third.answer === undefined) third = await place()
      assert.match(third.answer, /^HTTP\/1.1 200 /)
      for (const { socket } of [second, third]) await close(socket)
    })
  }

  it('of one address leave those of another alone', async () => {
    await using t = await makeTestService({ SOCKETS_PER_ADDRESS: '1' })
    const port = await listen(t)
    const first = await keptConnection(port)
    assert.equal((await keptConnection(port)).answer, undefined)
    const other = await keptConnection(port, '127.0.0.2')
    assert.match(other.answer ?? '', /^HTTP\/1.1 200 /)
    for (const { socket } of [first, other]) await close(socket)
  })
})
