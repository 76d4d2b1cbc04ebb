import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { makeFailedSignIns } from '../../../src/application/access/failed-sign-ins.ts'
import { AppError } from '../../../src/application/base/errors.ts'
import type { SignInsFailed } from '../../../src/application/log/service-events.ts'
import { ManualClock } from '../../support/fakes/manual-clock.ts'

const MINUTE_MS = 60_000
const FIRST_MINUTE = '2026-11-24T10:00:00.000Z'

function makeBench() {
  const clock = new ManualClock()
  const recorded: SignInsFailed[] = []
  const said: string[] = []
  const log = { broken: undefined as 'unavailable' | 'lost' | undefined }
  const say = (_fields: unknown, message: string) => void said.push(message)
  const failed = makeFailedSignIns({
    clock,
    logger: { info: say, warn: say, error: say },
    eventLog: {
      async record(event) {
        if (log.broken !== undefined) throw new AppError(log.broken, 'log: not written')
        assert.ok(event.type === 'SignInsFailed')
        return recorded.push(event)
      },
    },
  })
  return { clock, recorded, said, log, failed }
}

/** Lets what waits for a clock that was moved come to its next wait. */
async function settle(): Promise<void> {
  for (let i = 0; i < 10; i += 1) await Promise.resolve()
}

describe('Failed sign-ins', () => {
  it('are one event a minute, with reasons, addresses and the expired and revoked keys', async () => {
    const { clock, recorded, failed } = makeBench()
    failed.count({ why: 'missing', address: '10.0.0.1' })
    failed.count({ why: 'unknown', address: '10.0.0.1' })
    failed.count({ why: 'expired', address: '10.0.0.2', keyId: 'aa' })
    failed.count({ why: 'revoked', address: null, keyId: 'bb' })
    failed.count({ why: 'revoked', address: '10.0.0.1', keyId: 'bb' })
    clock.advance(59_999)
    await failed.flush()
    assert.deepEqual(recorded, [
      {
        type: 'SignInsFailed',
        at: clock.now(),
        data: {
          minute: FIRST_MINUTE,
          count: 5,
          reasons: { missing: 1, unknown: 1, expired: 1, revoked: 2 },
          addresses: [
            { address: '10.0.0.1', count: 3 },
            { address: '10.0.0.2', count: 1 },
            { address: 'not known', count: 1 },
          ],
          fromOtherAddresses: 0,
          keys: [
            { keyId: 'aa', count: 1 },
            { keyId: 'bb', count: 2 },
          ],
          ofOtherKeys: 0,
        },
      },
    ])
  })

  it('are recorded when their minute is over, and not before', async () => {
    const { clock, recorded, failed } = makeBench()
    const stop = new AbortController()
    const running = failed.run(stop.signal)
    clock.advance(30_000)
    failed.count({ why: 'missing', address: '10.0.0.1' })
    clock.advance(29_999)
    await settle()
    assert.equal(recorded.length, 0)
    clock.advance(1)
    failed.count({ why: 'missing', address: '10.0.0.1' })
    await settle()
    failed.count({ why: 'missing', address: '10.0.0.1' })
    const FIRST = [FIRST_MINUTE, 1]
    assert.deepEqual(
      recorded.map(({ data }) => [data.minute, data.count]),
      [FIRST],
    )
    clock.advance(MINUTE_MS)
    await settle()
    clock.advance(MINUTE_MS)
    await settle()
    assert.deepEqual(
      recorded.map(({ data }) => [data.minute, data.count]),
      [FIRST, ['2026-11-24T10:01:00.000Z', 2]],
    )
    stop.abort()
    await running
  })

  it('are recorded at the next minute where the clock was set back meanwhile', async () => {
    const { clock, recorded, failed } = makeBench()
    const stop = new AbortController()
    const running = failed.run(stop.signal)
    failed.count({ why: 'missing', address: '10.0.0.1' })
    clock.jump(-3 * 60 * MINUTE_MS)
    clock.advance(MINUTE_MS)
    await settle()
    assert.deepEqual(
      recorded.map(({ at, data }) => [at, data.minute]),
      [[clock.now(), FIRST_MINUTE]],
    )
    stop.abort()
    await running
  })

  it('of a storm are one small event a minute', async () => {
    const { clock, recorded, failed } = makeBench()
    const stop = new AbortController()
    const running = failed.run(stop.signal)
    for (let minute = 0; minute < 3; minute += 1) {
      for (let i = 0; i < 20_000; i += 1) {
        failed.count({ why: 'revoked', address: `10.0.${i >> 8}.${i & 255}`, keyId: `key ${i}` })
      }
      clock.advance(MINUTE_MS)
      await settle()
    }
    stop.abort()
    await running
    assert.equal(recorded.length, 3)
    for (const { data } of recorded) {
      assert.equal(data.count, 20_000)
      assert.deepEqual([data.addresses.length, data.fromOtherAddresses], [20, 19_980])
      assert.deepEqual([data.keys.length, data.ofOtherKeys], [20, 19_980])
    }
  })

  it('are kept while the log cannot be written, minute by minute, for an hour at most', async () => {
    const { clock, recorded, said, log, failed } = makeBench()
    log.broken = 'unavailable'
    for (let minute = 0; minute < 62; minute += 1) {
      failed.count({ why: 'missing', address: '10.0.0.1' })
      await failed.flush()
      clock.advance(MINUTE_MS)
    }
    log.broken = undefined
    await failed.flush()
    assert.equal(recorded.length, 60)
    assert.equal(recorded[0]?.data.minute, '2026-11-24T10:02:00.000Z')
    assert.equal(said.filter((line) => line.includes('forgotten')).length, 2)
    assert.equal(new Set(recorded.map(({ data }) => data.minute)).size, 60)
  })

  it('leave no event where there were none', async () => {
    const { recorded, failed } = makeBench()
    await failed.flush()
    assert.deepEqual(recorded, [])
  })

  it('stop the service when nobody knows what is in the log', async () => {
    const { log, failed } = makeBench()
    log.broken = 'lost'
    failed.count({ why: 'missing', address: null })
    await assert.rejects(failed.flush(), AppError)
  })
})
