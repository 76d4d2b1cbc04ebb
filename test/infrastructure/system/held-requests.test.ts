import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, it } from 'node:test'
import { Worker } from 'node:worker_threads'
import { makeTurns } from '../../../src/infrastructure/system/turns.ts'

/** A server in another thread: it counts the requests that have reached it. */
const SERVER = `
  const { createServer } = require('node:http')
  const { parentPort, workerData } = require('node:worker_threads')
  const seen = new Int32Array(workerData)
  const server = createServer((request, response) => {
    Atomics.add(seen, 0, 1)
    Atomics.notify(seen, 0)
    request.resume().on('end', () => response.end())
  })
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port))
`

/** Far more than a request takes. It is waited for in vain where the request is still in this process. */
const HELD_MS_MAX = 10_000

describe('A group of sales that is written', () => {
  it('holds up no request that was made before in its turn', async () => {
    const shared = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)
    const seen = new Int32Array(shared)
    const server = new Worker(SERVER, { eval: true, workerData: shared })
    try {
      const [port] = await once(server, 'message')
      const ask = () =>
        fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: '{}' }).then((answer) =>
          answer.text(),
        )
      // The first request makes the connection.
      await ask()
      const held = Promise.withResolvers<string>()
      const asked = ask()
      // Like a commit, it holds up the loop; until the request has arrived.
      makeTurns().endOfTurn(() => held.resolve(Atomics.wait(seen, 0, 1, HELD_MS_MAX)))
      assert.notEqual(await held.promise, 'timed-out')
      await asked
      assert.equal(seen[0], 2)
    } finally {
      await server.terminate()
    }
  })
})
