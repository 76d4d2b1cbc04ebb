// Questions about how Zoho writes and reads: quotes in queries, and what it says of what is gone.

import { queryRequest } from '../call/coql.ts'
import { DEALS, makeDeal, type Question, type Rehearsal, seenAfter } from './question.ts'
import { codeOf, idsIn, NotAnswered, said, statusOf } from './raw-calls.ts'

export const QUOTING_QUESTION: Question = {
  question: 'Which quoting does COQL read?',
  assumes: "a quote is doubled ('')",
  async ask(rehearsal) {
    const reference = `${rehearsal.newReference()}'q`
    const id = await makeDeal(rehearsal, reference)
    const byId = `select id from ${DEALS} where id = '${id}' limit 1`
    const isThere = async () => (await query(rehearsal, byId)).ids.includes(id)
    if ((await seenAfter(rehearsal, rehearsal.settleMs, isThere)) === undefined) {
      throw new NotAnswered('the record was not seen by any query')
    }
    const ask = (quoted: string) => {
      const where = `${rehearsal.config.referenceField} = '${quoted}'`
      return query(rehearsal, `select id from ${DEALS} where ${where} limit 1`)
    }
    const doubled = await ask(reference.replaceAll("'", "''"))
    const backslash = await ask(reference.replaceAll("'", "\\'"))
    const reads = { doubled: doubled.ids.includes(id), backslash: backslash.ids.includes(id) }
    return {
      answer: reads.doubled
        ? `${reads.backslash ? "both, '' and \\'" : "'' only (doubled)"}`
        : `${reads.backslash ? "\\' only (backslash)" : 'neither'}`,
      evidence: `'' : ${doubled.said}; \\' : ${backslash.said}`,
      verdict: reads.doubled ? 'agrees' : 'differs',
      setting: reads.doubled
        ? null
        : 'none: a contact whose address has an apostrophe is answered 502 or not found; report it',
    }
  },
}

async function query({ send }: Rehearsal, selectQuery: string) {
  const { method, path, body = '' } = queryRequest(selectQuery, 'new')
  const { reply } = await send({ method, path, body })
  const ids = idsIn(reply)
  return { ids, said: `${said(reply)}, ${ids.length} found` }
}

export const GONE_QUESTION: Question = {
  question: 'What do an unknown id, an empty list and a second delete answer?',
  assumes:
    'a read of nothing is 204, 200 without rows or 400 INVALID_DATA; a second delete is one of these or 404, and a read decides',
  async ask(rehearsal) {
    const { send, made, config } = rehearsal
    const id = await makeDeal(rehearsal, rehearsal.newReference())
    await made.remove(DEALS, id)
    const read = (path: string) => send({ method: 'GET', path: `/crm/v8/${DEALS}${path}` })
    const fields = `fields=${config.referenceField}`
    // A deleted record may be shown for a while.
    await seenAfter(rehearsal, rehearsal.settleMs, async () => {
      return !idsIn((await read(`/${id}?${fields}`)).reply).includes(id)
    })
    const unknownId = (await read(`/${neverGiven(id)}?${fields}`)).reply
    const deletedId = (await read(`/${id}?${fields}`)).reply
    const emptyList = (await read(`?ids=${id}&${fields}`)).reply
    const secondDelete = (await made.remove(DEALS, id)).reply
    const isKnown =
      [unknownId, deletedId].every((one) => isNothing(one, 'INVALID_DATA')) &&
      isNothing(emptyList, 'INVALID_DATA') &&
      (isNothing(secondDelete, 'INVALID_DATA') || statusOf(secondDelete) === 404)
    return {
      answer: [
        `unknown id ${said(unknownId)}`,
        `deleted id ${said(deletedId)}`,
        `empty list ${said(emptyList)}`,
        `second delete ${said(secondDelete)}`,
      ].join('; '),
      evidence: `reads of Deals of which ${id} was deleted, and its second delete`,
      verdict: isKnown ? 'agrees' : 'differs',
      setting: isKnown
        ? null
        : 'none: what is not known is looked at again and never taken for gone',
    }
  },
}

/** An id of this organisation that no record has: ids are given in rising order. */
function neverGiven(id: string): string {
  const far = 10n ** 12n
  return `${BigInt(id) + far}`
}

function isNothing(reply: Parameters<typeof said>[0], code: string): boolean {
  const status = statusOf(reply)
  return (
    status === 204 ||
    (status === 200 && idsIn(reply).length === 0) ||
    (status === 400 && codeOf(reply) === code)
  )
}
