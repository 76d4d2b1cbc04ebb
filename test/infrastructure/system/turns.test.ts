import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
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
  const served: string[] = []
  const write = () =>
    turns.endOfTurn(() => {
      written += 1
    })
  write()
  return {
    written: () => written,
    write,
    served,
    ask: (name: string) => turns.afterComers(() => void served.push(name)),
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

/** Callers at the door at once. */
const CALLERS = 100

describe('A request', () => {
  it('is served at once where nobody comes in', () => {
    const t = setUp()
    t.ask('a')
    assert.deepEqual(t.served, ['a'])
    t.turn('nobody')
    t.ask('b')
    assert.deepEqual(t.served, ['a', 'b'])
  })

  it('waits while each turn brings a caller, and is served after the first that brings none', () => {
    const t = setUp()
    t.turn('caller')
    t.ask('a')
    for (let i = 0; i < 5; i += 1) t.turn('caller')
    t.ask('b')
    assert.deepEqual(t.served, [])
    t.turn('nobody')
    assert.deepEqual(t.served, ['a', 'b'])
    t.ask('c')
    assert.deepEqual(t.served, ['a', 'b', 'c'])
  })

  it('waits for 128 callers at most, however many come in, and so does the next one', () => {
    const t = setUp()
    for (const name of ['a', 'b']) {
      t.turn('caller')
      t.ask(name)
      for (let i = 1; i < 128; i += 1) t.turn('caller')
      assert.ok(!t.served.includes(name))
      t.turn('caller')
      assert.equal(t.served.at(-1), name)
    }
  })

  it('is served when those who stood at the door with it are in', async () => {
    const turns = makeTurns()
    let isIn = 0
    const inBefore: number[] = []
    const all = Promise.withResolvers<void>()
    const server = createHttpServer((_request, response) => {
      turns.afterComers(() => {
        inBefore.push(isIn)
        response.end()
        if (inBefore.length === CALLERS) all.resolve()
      })
    })
    server.on('connection', () => {
      isIn += 1
      turns.onConnection()
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const callers = Array.from({ length: CALLERS }, () => {
      const caller = connect(port, '127.0.0.1')
      caller.on('error', () => undefined).write('GET / HTTP/1.1\r\nHost: gateway\r\n\r\n')
      return caller
    })
    try {
      await all.promise
      assert.ok(
        (inBefore[0] ?? 0) > CALLERS / 2,
        `${inBefore[0]} were in before the first was served`,
      )
    } finally {
      for (const caller of callers) caller.destroy()
      server.close()
    }
  })
})
