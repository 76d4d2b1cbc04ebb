import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { makeAccessToken } from '../../../../src/adapters/zoho/token/access-token.ts'
import type { Clock } from '../../../../src/application/base/clock.port.ts'
import { plusMs } from '../../../../src/domain/time.ts'
import { ManualClock } from '../../../support/fakes/manual-clock.ts'
import { MemoryTokenStore } from '../../../support/fakes/memory-token-store.ts'
import { quickConfig } from '../../../support/gateway/test-service.ts'

const never = new AbortController().signal
const config = quickConfig().zoho
const MINUTE_MS = 60_000

/** Two processes that share a token, one with a clock that is this much ahead of the other's and of the store's. */
function setUp(apartMs: number, answers: readonly object[]) {
  const clock = new ManualClock()
  const ahead: Clock = {
    now: () => plusMs(clock.now(), apartMs),
    instant: () => clock.instant(),
    sleep: (ms, signal) => clock.sleep(ms, signal),
  }
  let requests = 0
  const fetch = async () => {
    const body = answers[requests] ?? answers.at(-1)
    requests += 1
    return new Response(JSON.stringify(body))
  }
  const tokenStore = new MemoryTokenStore(clock)
  const processes = [clock, ahead].map((own) =>
    makeAccessToken({ config, fetch, clock: own, tokenStore }),
  )
  return {
    requests: () => requests,

    /** What both are given, every ten seconds for so long. */
    async giveFor(minutes: number): Promise<ReadonlySet<string>> {
      const given = new Set<string>()
      for (let ms = 0; ms < minutes * MINUTE_MS; ms += 10_000) {
        for (const process of processes) {
          const result = await process.get('new', never)
          given.add(result.type === 'done' ? result.value.value : result.type)
        }
        clock.advance(10_000)
      }
      return given
    },
  }
}

describe('The access token of processes whose clocks differ', () => {
  for (const apartMs of [-90 * MINUTE_MS, 90 * MINUTE_MS]) {
    const name = `${apartMs / MINUTE_MS} minutes`

    it(`is not asked for in a pause that the other one has noted, ${name} apart`, async () => {
      const { requests, giveFor } = setUp(apartMs, [{ error: 'Access Denied' }])
      assert.deepEqual(await giveFor(45), new Set(['notSent']))
      // After 0, 1, 3, 7, 15, 25 and 35 minutes: the pause doubles, up to ten minutes.
      assert.equal(requests(), 7)
    })

    it(`is renewed once an hour for both, ${name} apart`, async () => {
      const answers = ['first', 'second', 'third'].map((value) => ({
        access_token: value,
        expires_in: 3600,
      }))
      const { requests, giveFor } = setUp(apartMs, answers)
      assert.deepEqual(await giveFor(100), new Set(['first', 'second']))
      assert.equal(requests(), 2)
    })
  }
})
