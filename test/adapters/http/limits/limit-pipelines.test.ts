import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, it } from 'node:test'
import { PIPELINED_MAX } from '../../../../src/adapters/http/limits/limit-pipelines.ts'
import { listen } from '../../../support/gateway/raw-request.ts'
import { makeTestService } from '../../../support/gateway/test-service.ts'

/** The statuses that come back where so many requests are sent at once, until the connection ends. */
async function statusesOf(requests: number): Promise<readonly string[]> {
  await using t = await makeTestService()
  const socket = connect({ port: await listen(t), host: '127.0.0.1' })
  let text = ''
  socket.setEncoding('utf8').on('data', (piece) => {
    text += piece
  })
  socket.on('error', () => undefined)
  const request = 'GET /sales HTTP/1.1\r\nHost: gateway\r\n'
  const last = `${request}Connection: close\r\n\r\n`
  socket.write(`${request}\r\n`.repeat(requests - 1) + last)
  await once(socket, 'close')
  return [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status = '']) => status)
}

describe('A connection with several requests under way', () => {
  it('gets every answer up to the limit', async () => {
    const statuses = await statusesOf(PIPELINED_MAX)
    assert.deepEqual(statuses, Array(PIPELINED_MAX).fill('401'))
  })

  const where = 'Deno' in globalThis ? 'Deno has one request of a connection at a time' : false
  it('is cut where it has one more', { skip: where }, async () => {
    assert.deepEqual(await statusesOf(PIPELINED_MAX + 1), [])
  })
})
