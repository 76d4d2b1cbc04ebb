import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { makeKeyUses } from '../../../src/application/access/key-uses.ts'
import { AppError } from '../../../src/application/base/errors.ts'
import { ManualClock } from '../../support/fakes/manual-clock.ts'

const MINUTE_MS = 60_000

function makeBench() {
  const clock = new ManualClock()
  const writes: (readonly (readonly [string, number])[])[] = []
  const store = { broken: undefined as 'unavailable' | 'lost' | undefined }
  const began = clock.now()
  const uses = makeKeyUses({
    clock,
    logger: { info() {}, warn() {}, error() {} },
    keys: {
      async noteUses(noted) {
        if (store.broken !== undefined) throw new AppError(store.broken, 'keys: not written')
        writes.push(noted.map(({ id, at }) => [id, at - began]))
      },
    },
  })
  return { clock, writes, store, uses }
}

/** Lets what waits for a clock that was moved come to its next wait. */
async function settle(): Promise<void> {
  for (let i = 0; i < 10; i += 1) await Promise.resolve()
}

describe('The last use of a key', () => {
  it('is stored once a minute, however often the key is used, and not without a use', async () => {
    const { clock, writes, uses } = makeBench()
    const stop = new AbortController()
    const running = uses.run(stop.signal)
    for (let second = 0; second < 59; second += 1) {
      for (let i = 0; i < 100; i += 1) uses.note('aa')
      if (second === 9) uses.note('bb')
      clock.advance(1_000)
      await settle()
    }
    assert.deepEqual(writes, [])
    clock.advance(1_000)
    await settle()
    clock.advance(MINUTE_MS)
    await settle()
    assert.deepEqual(writes, [
      [
        ['aa', 58_000],
        ['bb', 9_000],
      ],
    ])
    stop.abort()
    await running
  })

  it('is kept while the database cannot be written, and a later use wins', async () => {
    const { clock, writes, store, uses } = makeBench()
    store.broken = 'unavailable'
    uses.note('aa')
    uses.note('bb')
    await uses.flush()
    clock.advance(5)
    uses.note('aa')
    store.broken = undefined
    await uses.flush()
    assert.deepEqual(
      new Map(writes[0]),
      new Map([
        ['aa', 5],
        ['bb', 0],
      ]),
    )
  })

  it('stops the service when nobody knows what is on disk', async () => {
    const { store, uses } = makeBench()
    store.broken = 'lost'
    uses.note('aa')
    await assert.rejects(uses.flush(), AppError)
  })
})
