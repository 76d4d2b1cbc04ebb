// The question about several creates in one call.

import { DEALS, inWords, type Question, type Rehearsal, seenAfter } from './question.ts'
import { codeOf, idsIn, NotAnswered, said, statusOf } from './raw-calls.ts'

const QUOTES = 'Quotes'
const PATH = '/crm/v8/__composite_requests'

/** Milliseconds in which records of a call that was rolled back would turn up, at the least. */
const LOOK_MIN_MS = 2_000

/** What a query may take to see a record, as a multiple of what it took before. */
const LAG_FACTOR = 4

export const COMPOSITE_QUESTION: Question = {
  question: 'Does a composite request take subforms, and does it roll back?',
  assumes: 'nothing: the gateway sends none',
  async ask(rehearsal) {
    const whole = await compose(rehearsal, { isToFail: false })
    const evidence = `Deal and Quote with a line: ${said(whole.reply)}`
    const isKnown = statusOf(whole.reply) === 200 || statusOf(whole.reply) === 207
    if (!isKnown) throw new NotAnswered(evidence)
    const lookMs = Math.max(LOOK_MIN_MS, LAG_FACTOR * rehearsal.measured.coqlLagMs)
    const lines = await linesOfQuote(rehearsal, whole.quote, lookMs)
    const failed = await compose(rehearsal, { isToFail: true })
    const left = await Promise.all([
      seenAfter(rehearsal, lookMs, async () => isFound(rehearsal, DEALS, failed.deal)),
      seenAfter(rehearsal, lookMs, async () => isFound(rehearsal, QUOTES, failed.quote)),
    ])
    for (const reference of [failed.deal, failed.quote]) rehearsal.made.settle(reference)
    const isRolledBack = left.every((seen) => seen === undefined)
    return {
      answer: [
        lines > 0 ? 'subforms: yes' : 'subforms: no',
        isRolledBack ? 'rolls back: yes' : 'rolls back: NO, records were left (and removed here)',
      ].join('; '),
      evidence: `${evidence}, ${lines} line read; with a third call that fails: ${said(failed.reply)}, its Deal seen: ${inWords(left[0], lookMs)}, its Quote: ${inWords(left[1], lookMs)}`,
      verdict: 'agrees',
      setting: null,
    }
  },
}

async function compose(rehearsal: Rehearsal, { isToFail }: { readonly isToFail: boolean }) {
  const { made, send, dealBody, quoteBody, newReference } = rehearsal
  const [deal, quote] = [newReference(), newReference()]
  const create = (name: string, module: string, body: string) => ({
    sub_request_id: name,
    method: 'POST',
    uri: `/crm/v8/${module}`,
    body: JSON.parse(body),
  })
  const body = JSON.stringify({
    rollback_on_fail: true,
    parallel_execution: false,
    __composite_requests: [
      create('deal', DEALS, dealBody(deal)),
      create('quote', QUOTES, quoteBody(quote, '@{deal:$.data[0].details.id}')),
      ...(isToFail ? [create('nothing', DEALS, '{"data":[{}]}')] : []),
    ],
  })
  made.expect(DEALS, deal)
  made.expect(QUOTES, quote)
  const { reply } = await send({ method: 'POST', path: PATH, body })
  if (reply.type === 'answered' && codeOf(reply) !== '') {
    // Refused as a whole: nothing was made.
    for (const reference of [deal, quote]) made.settle(reference)
  }
  return { reply, deal, quote }
}

async function isFound({ made }: Rehearsal, module: string, reference: string): Promise<boolean> {
  return (await made.find(module, reference)).length > 0
}

/** The lines that a read of the Quote shows; 0 without the Quote. */
async function linesOfQuote(rehearsal: Rehearsal, quote: string, lookMs: number): Promise<number> {
  let id: string | undefined
  await seenAfter(rehearsal, lookMs, async () => {
    id = (await rehearsal.made.find(QUOTES, quote))[0]
    return id !== undefined
  })
  if (id === undefined) return 0
  const { reply } = await rehearsal.send({ method: 'GET', path: `/crm/v8/${QUOTES}/${id}` })
  if (idsIn(reply).length === 0 || reply.type !== 'answered') return 0
  const items = Object(Object(reply.body)['data'][0])['Quoted_Items']
  return Array.isArray(items) ? items.length : 0
}
