// Asks an organisation what Zoho's documents leave open, with records that it makes and removes.

import type { Clock } from '../../../application/base/clock.port.ts'
import type { Random } from '../../../application/base/random.port.ts'
import type { NewRecord } from '../../../application/crm/crm.port.ts'
import type { TokenStore } from '../../../application/crm/token-store.port.ts'
import { type Trial, trialRecord } from '../../../application/crm-setup/trial-records.ts'
import type { CrmId } from '../../../domain/ids.ts'
import type { ZohoConfig, ZohoFetch } from '../exchange/zoho-config.ts'
import { makeFieldLengths } from '../house/field-lengths.ts'
import { recordBody } from '../records/sale-records.ts'
import { makeAccessToken } from '../token/access-token.ts'
import { COMPOSITE_QUESTION } from './composite-question.ts'
import { type LeftRecord, makeMadeRecords } from './made-records.ts'
import { type Answered, type Question, type Rehearsal, Stopped } from './question.ts'
import { makeRawCalls, NotAnswered } from './raw-calls.ts'
import { CUT_QUESTION, SIGHT_QUESTION } from './sight-questions.ts'
import { BIN_QUESTION, FIELD_QUESTION, RACE_QUESTION } from './unique-questions.ts'
import { GONE_QUESTION, QUOTING_QUESTION } from './wording-questions.ts'

/** In this order: the first ones measure what the later ones wait for. */
const QUESTIONS: readonly Question[] = [
  FIELD_QUESTION,
  SIGHT_QUESTION,
  BIN_QUESTION,
  RACE_QUESTION,
  QUOTING_QUESTION,
  GONE_QUESTION,
  CUT_QUESTION,
  COMPOSITE_QUESTION,
]

export type Rehearsed = {
  readonly answers: readonly Answered[]
  readonly left: readonly LeftRecord[]
  /** Whether it was stopped before the last question. */
  readonly isStopped: boolean
  /** A bug that ended it; `undefined` without one. The caller throws it, once it has named `left`. */
  readonly bug: unknown
}

/**
 * Asks every question, and removes all that it made, whatever happens.
 *
 * @param trial the contact, the product and the closing date of the records
 * @param stop ends it after the call that is on its way
 */
export async function rehearse(
  deps: {
    readonly config: ZohoConfig
    readonly fetch: ZohoFetch
    readonly clock: Clock
    readonly random: Pick<Random, 'saleId'>
    readonly tokenStore: TokenStore
    readonly requestTimeoutMs: number
    readonly settleMs: number
    /** Called with each question before it is asked. */
    readonly onQuestion: (question: string) => void
  },
  trial: Omit<Trial, 'saleId' | 'reference'>,
  stop: AbortSignal,
): Promise<Rehearsed> {
  const { clock, config } = deps
  const send = makeRawCalls({ ...deps, token: makeAccessToken(deps) })
  const made = makeMadeRecords({ send, clock, referenceField: config.referenceField })
  const rehearsal: Rehearsal = {
    ...{ send, made, clock, config, settleMs: deps.settleMs },
    ...makeBodies(deps, trial),
    measured: { createMs: [], coqlLagMs: 0 },
    async pause(ms) {
      await clock.sleep(ms, stop)
      if (stop.aborted) throw new Stopped()
    },
  }
  const answers: Answered[] = []
  let bug: unknown
  try {
    for (const one of QUESTIONS) {
      if (stop.aborted) break
      deps.onQuestion(one.question)
      const answer = await answerTo(one, rehearsal)
      if (answer === undefined) break
      answers.push(answer)
    }
  } catch (error) {
    bug = error
  }
  const left = await made.removeAll()
  return { answers, left, isStopped: answers.length < QUESTIONS.length, bug }
}

/** `undefined` when it was stopped. */
async function answerTo(
  { question, assumes, ask }: Question,
  rehearsal: Rehearsal,
): Promise<Answered | undefined> {
  try {
    return { question, assumes, ...(await ask(rehearsal)) }
  } catch (error) {
    if (error instanceof Stopped) return undefined
    if (!(error instanceof NotAnswered)) throw error
    const evidence = error.message
    const [answer, verdict, setting] = ['not answered', 'notAnswered', null] as const
    return { question, assumes, answer, evidence, verdict, setting }
  }
}

/** No reference of a sale begins like this, so that nothing takes these records for a sale's. */
const MARK = 'rehearsal'

/** Writes the records as a sale writes them, without starting anything in Zoho. */
function makeBodies(
  deps: { readonly config: ZohoConfig; readonly random: Pick<Random, 'saleId'> },
  given: Omit<Trial, 'saleId' | 'reference'>,
): Pick<Rehearsal, 'newReference' | 'dealBody' | 'quoteBody'> {
  const { config, random } = deps
  const recordSettings = { ...config.recordSettings, trigger: [] }
  const saleId = random.saleId()
  const lengthOf = makeFieldLengths().of(given)
  const bodyOf = (record: NewRecord | undefined) =>
    record === undefined ? '' : recordBody(record, config.referenceField, recordSettings, lengthOf)
  return {
    newReference: () => `${MARK}${random.saleId().replaceAll('-', '')}`,
    dealBody: (reference) =>
      bodyOf(trialRecord('deal', { ...given, saleId, reference }, new Map())),
    quoteBody(reference, dealId) {
      const created = new Map([['deal', dealId as CrmId] as const])
      return bodyOf(trialRecord('quote', { ...given, saleId, reference }, created))
    },
  }
}
