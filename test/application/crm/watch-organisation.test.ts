import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { makeWatchOrganisation } from '../../../src/application/crm/watch-organisation.ts'
import type { CallResult, Organisation } from '../../../src/domain/sale/outcome.ts'
import { done, notSent, refused, unknown } from '../../support/examples/sale-examples.ts'
import { ManualClock } from '../../support/fakes/manual-clock.ts'

const ONE = { homeCurrency: 'TRY', hasSeveralCurrencies: false }
const SEVERAL = { homeCurrency: 'TRY', hasSeveralCurrencies: true }
const MINUTE_MS = 60_000

/** A CRM that gives these answers, and the last of them again and again. */
function setUp(...answers: readonly CallResult<Organisation>[]) {
  const clock = new ManualClock()
  const lines: string[] = []
  const log = (_: object, line: string) => void lines.push(line)
  let asked = 0
  const watch = makeWatchOrganisation({
    crm: {
      async readOrganisation() {
        const answer = answers[asked] ?? answers.at(-1)
        asked += 1
        assert.ok(answer !== undefined)
        return answer
      },
    },
    clock,
    logger: { info: log, warn: log, error: log },
  })
  const turns = async () => {
    for (let turn = 0; turn < 5; turn += 1) await new Promise((ended) => setImmediate(ended))
  }
  const pass = async (ms: number) => {
    await turns()
    clock.advance(ms)
    await turns()
  }
  return { watch, pass, asked: () => asked, lines }
}

/** Runs the watch for as long as the work takes. */
async function during(
  watch: ReturnType<typeof setUp>['watch'],
  work: () => Promise<void>,
): Promise<void> {
  const stop = new AbortController()
  const running = watch.run(stop.signal)
  await work()
  stop.abort()
  await running
}

describe('The currencies of the organisation', () => {
  it('are not known before the CRM has answered', () => {
    assert.equal(setUp(done(ONE)).watch.known(), undefined)
  })

  it('are asked for once at the start, and then every hour', async () => {
    const { watch, pass, asked } = setUp(done(ONE), done(SEVERAL))
    await watch.ask()
    assert.deepEqual(watch.known(), ONE)
    await during(watch, async () => {
      await pass(59 * MINUTE_MS)
      assert.equal(asked(), 1)
      await pass(MINUTE_MS)
      assert.equal(asked(), 2)
      assert.deepEqual(watch.known(), SEVERAL)
    })
  })

  it('are asked for at once where nobody has asked before', async () => {
    const { watch, pass } = setUp(done(ONE))
    await during(watch, () => pass(0))
    assert.deepEqual(watch.known(), ONE)
  })

  for (const failure of [unknown, notSent]) {
    it(`are asked for again after 10 seconds without an answer (${failure.type})`, async () => {
      const { watch, pass, asked } = setUp(failure, failure, done(SEVERAL))
      await watch.ask()
      await during(watch, async () => {
        await pass(9_999)
        assert.equal(asked(), 1)
        await pass(1)
        assert.equal(watch.known(), undefined)
        await pass(10_000)
        assert.deepEqual(watch.known(), SEVERAL)
      })
    })
  }

  it('are asked for again after an hour where the scope is missing', async () => {
    const { watch, pass, asked } = setUp(refused)
    await watch.ask()
    await during(watch, async () => {
      await pass(59 * MINUTE_MS)
      assert.equal(asked(), 1)
      await pass(MINUTE_MS)
      assert.equal(asked(), 2)
    })
  })

  it('stay as they were when the CRM does not answer, which is reported once', async () => {
    for (const failure of [unknown, refused]) {
      const { watch, lines } = setUp(done(SEVERAL), failure)
      await watch.ask()
      await watch.ask()
      await watch.ask()
      assert.deepEqual(watch.known(), SEVERAL)
      assert.deepEqual(lines, [
        'the currencies of the organisation are known',
        'the currencies of the organisation were not read',
      ])
    }
  })
})
