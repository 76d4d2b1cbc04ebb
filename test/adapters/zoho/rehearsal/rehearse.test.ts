import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  type FakeZoho,
  fetchOf,
  makeFakeZoho,
} from '../../../../src/adapters/fake-zoho/fake-zoho.ts'
import type { SettingsPatch } from '../../../../src/adapters/fake-zoho/world/settings.ts'
import { zohoNeeds } from '../../../../src/adapters/zoho/admin/zoho-admin-needs.ts'
import type { Answered } from '../../../../src/adapters/zoho/rehearsal/question.ts'
import { type Rehearsed, rehearse } from '../../../../src/adapters/zoho/rehearsal/rehearse.ts'
import { findTrialContactAndProduct } from '../../../../src/application/crm-setup/trial-contact-and-product.ts'
import type { IsoDate } from '../../../../src/domain/time.ts'
import { connectZoho } from '../../../../src/infrastructure/service/connect-zoho.ts'
import { makeSystemRandom } from '../../../../src/infrastructure/system/system-random.ts'
import { MemoryTokenStore } from '../../../support/fakes/memory-token-store.ts'
import { quickConfig } from '../../../support/gateway/test-service.ts'
import { makeVirtualTestTime } from '../../../support/time/test-time.ts'

const SETTLE_MS = 120_000
const LATENCY_MS = 50
const DAY = '2026-11-24' as IsoDate

type Rehearsal = {
  readonly rehearsed: Rehearsed
  readonly fake: FakeZoho
  readonly tookMs: number
}

/** Rehearses at a fake with these settings, in virtual time. */
async function rehearseAt(
  settings: SettingsPatch,
  prepare: (fake: FakeZoho, stop: AbortController) => void = () => undefined,
): Promise<Rehearsal> {
  const time = makeVirtualTestTime()
  const { clock } = time
  const config = quickConfig({ ZOHO_SETTLE_MS: `${SETTLE_MS}` })
  const { referenceField } = config.zoho
  const fake = makeFakeZoho({ ...clock, referenceField, latencyMs: LATENCY_MS, settings })
  const stop = new AbortController()
  const random = makeSystemRandom()
  const tokenStore = new MemoryTokenStore()
  const fetch = fetchOf(fake)
  const { crm, admin } = connectZoho({ config, clock, random, tokenStore, fetch })
  const { requestTimeoutMs } = config
  const needs = zohoNeeds(config.zoho)
  const found = await time.during(
    findTrialContactAndProduct({ crm, admin, needs, requestTimeoutMs }, {}),
  )
  assert.ok(found.type === 'found')
  prepare(fake, stop)
  const begin = clock.now()
  const rehearsed = await time.during(
    rehearse(
      {
        ...{ config: config.zoho, fetch, clock, random, tokenStore, requestTimeoutMs },
        settleMs: SETTLE_MS,
        onQuestion: () => undefined,
      },
      { ...found.trial, requestedOn: DAY, closingDate: DAY },
      stop.signal,
    ),
  )
  return { rehearsed, fake, tookMs: clock.now() - begin }
}

function answerTo(rehearsed: Rehearsed, words: RegExp): Answered {
  const found = rehearsed.answers.find(({ question }) => words.test(question))
  assert.ok(found !== undefined, `no question ${words}`)
  return found
}

const MODULES = ['Deals', 'Quotes', 'Sales_Orders'] as const

function assertNothingLeft({ rehearsed, fake }: Rehearsal): void {
  assert.deepEqual(rehearsed.left, [])
  for (const module of MODULES) assert.deepEqual(fake.records.live(module), [])
}

const QUESTION = {
  bin: /in the bin/,
  race: /two inserts at once/,
  sight: /How long after/,
  quoting: /quoting/,
  gone: /unknown id/,
  cut: /cut/,
  composite: /composite/,
}

describe('A rehearsal', () => {
  // A question, a reading of the fake, what is answered, and what is to be changed then.
  const READINGS: readonly (readonly [
    keyof typeof QUESTION,
    SettingsPatch,
    RegExp,
    (string | null)?,
  ])[] = [
    ['bin', { isBinUnique: false }, /^no: the value is free/],
    ['bin', { isBinUnique: true }, /^yes: DUPLICATE_DATA/],
    ['race', { uniqueLagMs: 0 }, /^not seen in 5 tries/],
    ['race', { uniqueLagMs: 10 }, /^yes: 5 of 5 times/],
    ['sight', {}, /^COQL at the first look, GET at the first look, search at the first look$/],
    ['sight', { searchLagMs: 7_000 }, /^COQL at .*, GET at .*, search (7|8)\d\d\d ms$/],
    ['sight', { getLagMs: 3_000 }, /^COQL at .*, GET (3|4)\d\d\d ms, search at .*$/],
    ['sight', { coqlLagMs: 20_000 }, /^COQL 20\d\d\d ms/, null],
    ['quoting', { coqlQuoting: 'both' }, /^both/],
    ['quoting', { coqlQuoting: 'doubled' }, /^'' only/],
    ['gone', { unknownIdAnswer: 'noContent' }, /^unknown id 204; deleted id 204; empty list 204/],
    ['gone', { unknownIdAnswer: 'invalidId' }, /^unknown id 400 INVALID_DATA "the id given/],
    ['gone', { emptyListAnswer: 'emptyData' }, /empty list 200;/],
    ['gone', { goneDeleteAnswer: 'notDeleted' }, /second delete 400 INVALID_DATA "record not del/],
    ['gone', { goneDeleteAnswer: 'invalidId' }, /second delete 400 INVALID_DATA "the id given/],
    ['gone', { goneDeleteAnswer: 'noContent' }, /second delete 204$/],
    ['gone', { goneDeleteAnswer: 'notFound' }, /second delete 404$/],
    ['cut', { isAbandonedCallApplied: true }, /^yes: 3 of 3/],
    ['cut', { isAbandonedCallApplied: false }, /^no: none of 3/],
    ['composite', {}, /^subforms: yes; rolls back: yes/],
    ['composite', { compositeCalls: 'kept' }, /^subforms: yes; rolls back: NO/],
  ]
  for (const [name, settings, answer] of READINGS) {
    it(`tells ${JSON.stringify(settings)} by the question of "${name}", and leaves nothing`, async () => {
      const at = await rehearseAt(settings)
      const answered = answerTo(at.rehearsed, QUESTION[name])
      assert.match(answered.answer, answer)
      assert.deepEqual([answered.verdict, answered.setting], ['agrees', null])
      assertNothingLeft(at)
    })
  }

  it('names what the gateway reads otherwise', async () => {
    const at = await rehearseAt({ coqlQuoting: 'backslash' })
    const answered = answerTo(at.rehearsed, QUESTION.quoting)
    assert.match(answered.answer, /^\\' only/)
    assert.equal(answered.verdict, 'differs')
    assertNothingLeft(at)
  })

  it('raises the settle time where records are seen late, and never lowers it', async () => {
    const quick = answerTo((await rehearseAt({})).rehearsed, QUESTION.sight)
    assert.equal(quick.setting, null)
    const slow = answerTo((await rehearseAt({ coqlLagMs: 40_000 })).rehearsed, QUESTION.sight)
    assert.equal(slow.verdict, 'differs')
    const raised = Number(/^ZOHO_SETTLE_MS=(\d+)$/.exec(slow.setting ?? '')?.[1])
    assert.ok(raised >= 4 * 40_000, `${slow.setting}`)
    const unseen = await rehearseAt({ coqlLagMs: 600_000 })
    const { answer, setting } = answerTo(unseen.rehearsed, QUESTION.sight)
    assert.match(answer, /^COQL not within 120000 ms/)
    assert.equal(setting, `ZOHO_SETTLE_MS=${2 * SETTLE_MS}`)
  })

  it('reports honestly what was not answered, and why', async () => {
    const unknown = await rehearseAt({ compositeCalls: 'unknown' })
    const composite = answerTo(unknown.rehearsed, QUESTION.composite)
    assert.equal(composite.verdict, 'notAnswered')
    assert.match(composite.evidence, /404 INVALID_URL_PATTERN/)
    assertNothingLeft(unknown)

    const scopes = ['ZohoCRM.modules.ALL', 'ZohoCRM.coql.READ']
    const poor = await rehearseAt({ scopes })
    assert.match(
      answerTo(poor.rehearsed, QUESTION.sight).answer,
      /search refused \(401 OAUTH_SCOPE/,
    )
    const refused = answerTo(poor.rehearsed, QUESTION.composite)
    assert.match(refused.evidence, /401 OAUTH_SCOPE_MISMATCH/)
    assertNothingLeft(poor)
  })

  it('finds a reference field that does not refuse a second record', async () => {
    const plain = { Deals: 'plain', Quotes: 'plain', Sales_Orders: 'plain' } as const
    const at = await rehearseAt({ referenceFields: plain })
    const answered = answerTo(at.rehearsed, /second create with the same value/)
    assert.equal(answered.verdict, 'differs')
    assert.match(answered.setting ?? '', /gateway zoho setup/)
    assertNothingLeft(at)
  })

  it('removes what it made when it is stopped, wherever that is', async () => {
    for (let calls = 1; calls < 120; calls += 7) {
      const at = await rehearseAt({}, (fake, stop) => {
        let seen = 0
        fake.hooks.before = () => {
          seen += 1
          if (seen === calls) stop.abort()
        }
      })
      const { isStopped, answers } = at.rehearsed
      assert.equal(isStopped, answers.length < 8, `stopped at call ${calls}`)
      if (at.rehearsed.left.length === 0) assertNothingLeft(at)
      // A create that was cut a moment ago may yet turn up, and is named.
      else for (const { id } of at.rehearsed.left) assert.equal(id, null)
    }
  })

  it('names what it cannot remove', async () => {
    const at = await rehearseAt({}, (fake) => {
      fake.faults.add({
        operation: 'delete:Deals',
        times: Number.POSITIVE_INFINITY,
        kind: { type: 'refuse', status: 403, code: 'NO_PERMISSION', message: 'permission denied' },
      })
    })
    const live = at.fake.records.live('Deals')
    assert.ok(live.length > 0)
    const left = at.rehearsed.left.filter(({ id }) => id !== null)
    assert.deepEqual(new Set(left.map(({ id }) => id)), new Set(live.map(({ id }) => id)))
    for (const { why } of left) assert.match(why, /^403 NO_PERMISSION/)
  })
})
