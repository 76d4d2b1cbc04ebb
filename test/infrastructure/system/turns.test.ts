import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { describe, it } from 'node:test'
import { makeTurns } from '../../../src/infrastructure/system/turns.ts'

/** Two turns each: fewer than those after which Deno looks at its sockets of itself. */
const GROUPS = 28

/** An event loop whose turns the test makes, and a group that is waiting to be written. */
function setUp() {
  let due: (() => void)[] = []
  const turns = makeTurns((then) => void due.push(then))
  let written = 0
  const write = () =>
    turns.endOfTurn(() => {
      written += 1
    })
  write()
  return {
    written: () => written,
    write,
    /** A turn that brings a caller, or none. */
    turn(comer: 'caller' | 'nobody') {
      if (comer === 'caller') turns.onConnection()
      const ready = due
      due = []
      for (const run of ready) run()
    },
  }
}

describe('A group of sales', () => {
  it('is written in the second turn where nobody comes in: the requests of the first have left', () => {
    const t = setUp()
    t.turn('nobody')
    assert.equal(t.written(), 0)
    t.turn('nobody')
    assert.equal(t.written(), 1)
  })

  it('is written in the first turn that brings no caller', () => {
    const t = setUp()
    for (let i = 0; i < 5; i += 1) t.turn('caller')
    assert.equal(t.written(), 0)
    t.turn('nobody')
    assert.equal(t.written(), 1)
  })

  it('is written after 128 callers, however many come in, and the next one, too', () => {
    const t = setUp()
    for (const group of [1, 2]) {
      // Of the first turn nobody asks.
      for (let i = 0; i < 1 + 128; i += 1) t.turn('caller')
      assert.equal(t.written(), group - 1)
      t.turn('caller')
      assert.equal(t.written(), group)
      t.write()
    }
  })

  it('is written once', () => {
    const t = setUp()
    for (let i = 0; i < 3; i += 1) t.turn('nobody')
    assert.equal(t.written(), 1)
  })

  it('does not keep callers out when one is written after the other', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    let isIn = false
    server.on('connection', (socket) => {
      isIn = true
      socket.destroy()
    })
    const caller = connect((server.address() as AddressInfo).port, '127.0.0.1')
    caller.on('error', () => undefined)

    const { endOfTurn } = makeTurns()
    const written = Promise.withResolvers<void>()
    let groups = 0
    const write = () => {
      groups += 1
      if (groups === GROUPS) written.resolve()
      else endOfTurn(write)
    }
    endOfTurn(write)
    await written.promise
    assert.ok(isIn)
    caller.destroy()
    server.close()
  })
})
