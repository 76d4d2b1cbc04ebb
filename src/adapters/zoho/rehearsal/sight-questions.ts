// Questions about when a new record is seen, also after its connection was cut.

import {
  DEALS,
  inWords,
  makeDeal,
  type Question,
  type Rehearsal,
  seenAfter,
  settleSetting,
} from './question.ts'
import { idsIn, NotAnswered, said, statusOf } from './raw-calls.ts'

/** Records whose first sight is measured. */
const ROUNDS = 3

/** Milliseconds a search is waited for: nothing in the gateway depends on it. */
const SEARCH_LIMIT_MS = 60_000

/** Milliseconds; `undefined` where the record was not seen in time. */
type Seen = number | undefined

export const SIGHT_QUESTION: Question = {
  question: 'How long after a create is the record seen?',
  assumes: 'a query (COQL) sees it long before ZOHO_SETTLE_MS is over; a search is never used',
  async ask(rehearsal) {
    const { settleMs, measured } = rehearsal
    const searchLimitMs = Math.min(settleMs, SEARCH_LIMIT_MS)
    let [coql, get, search]: readonly Seen[] = [0, 0, 0]
    let refusal: string | undefined
    for (let round = 0; round < ROUNDS; round += 1) {
      const reference = rehearsal.newReference()
      const id = await makeDeal(rehearsal, reference)
      const seen = await Promise.all([
        seenAfter(rehearsal, settleMs, () => isQueried(rehearsal, reference, id)),
        seenAfter(rehearsal, settleMs, () => isRead(rehearsal, id)),
        seenAfter(rehearsal, searchLimitMs, async () => {
          const found = await searchFor(rehearsal, reference, id)
          refusal = found.refusal
          return found.isOver
        }),
      ])
      coql = later(coql, seen[0])
      get = later(get, seen[1])
      search = later(search, seen[2])
    }
    measured.coqlLagMs = coql ?? settleMs
    const setting = settleSetting(coql, settleMs)
    const searched = refusal === undefined ? inWords(search, searchLimitMs) : `refused (${refusal})`
    return {
      answer: `COQL ${inWords(coql, settleMs)}, GET ${inWords(get, settleMs)}, search ${searched}`,
      evidence: `the slowest of ${ROUNDS} records, from the answer of the create on`,
      verdict: setting === null ? 'agrees' : 'differs',
      setting,
    }
  },
}

function later(one: Seen, other: Seen): Seen {
  return one === undefined || other === undefined ? undefined : Math.max(one, other)
}

async function isQueried({ made }: Rehearsal, reference: string, id: string): Promise<boolean> {
  return (await made.find(DEALS, reference)).includes(id)
}

async function isRead({ send, config }: Rehearsal, id: string): Promise<boolean> {
  const path = `/crm/v8/${DEALS}/${id}?fields=${config.referenceField}`
  return idsIn((await send({ method: 'GET', path })).reply).includes(id)
}

/** A search that is refused, for want of its scope, is over as well. */
async function searchFor({ send, config }: Rehearsal, reference: string, id: string) {
  const criteria = encodeURIComponent(`(${config.referenceField}:equals:${reference})`)
  const path = `/crm/v8/${DEALS}/search?fields=id&criteria=${criteria}`
  const { reply } = await send({ method: 'GET', path })
  const status = statusOf(reply) ?? 0
  const refusal = status >= 400 && status < 500 ? said(reply) : undefined
  return { refusal, isOver: refusal !== undefined || idsIn(reply).includes(id) }
}

/** Parts of the time of a create after which its connection is cut. */
const CUTS = [0.4, 0.6, 0.8]

export const CUT_QUESTION: Question = {
  question: 'Is a create applied after its connection was cut?',
  assumes: 'it may be, until ZOHO_SETTLE_MS is over',
  async ask(rehearsal) {
    const { made, measured, settleMs, dealBody } = rehearsal
    const usualMs = measured.createMs.toSorted((a, b) => a - b)[measured.createMs.length >> 1]
    if (usualMs === undefined) throw new NotAnswered('no create has shown how long one takes')
    const cut: string[] = []
    for (const part of CUTS) {
      const reference = rehearsal.newReference()
      const cutAfterMs = Math.max(1, Math.round(part * usualMs))
      const one = { module: DEALS, reference, body: dealBody(reference), cutAfterMs }
      const { reply } = await made.create(one)
      if (reply.type === 'failed' && reply.failure.type === 'timeout') cut.push(reference)
      await rehearsal.pause(0)
    }
    if (cut.length === 0) {
      throw new NotAnswered(`every create was answered before it was cut (in ${usualMs} ms)`)
    }
    const seen = await Promise.all(
      cut.map((reference) =>
        seenAfter(rehearsal, settleMs, async () => (await made.find(DEALS, reference)).length > 0),
      ),
    )
    for (const reference of cut) made.settle(reference)
    const applied = seen.filter((ms) => ms !== undefined)
    const lastMs = Math.max(0, ...applied)
    const setting = settleSetting(lastMs, settleMs)
    return {
      answer:
        applied.length === 0
          ? `no: none of ${cut.length} was seen within ${settleMs} ms`
          : `yes: ${applied.length} of ${cut.length}, the last seen after ${lastMs} ms`,
      evidence: `connections cut while a create of about ${usualMs} ms was on its way`,
      verdict: setting === null ? 'agrees' : 'differs',
      setting,
    }
  },
}
