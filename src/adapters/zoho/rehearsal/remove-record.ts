// Removes one record, and makes sure that it is gone.

import type { Timer } from '../../../application/base/clock.port.ts'
import type { Exchange } from '../exchange/exchange.ts'
import { codeOf, type Heard, idsIn, type RawCalls, said, statusOf } from './raw-calls.ts'

/** Attempts to remove one record, and milliseconds between them. */
const ATTEMPTS_MAX = 4
const ATTEMPT_PAUSE_MS = 500

/** Codes of a delete that tell that there is no such record. */
const GONE_CODES: ReadonlySet<string> = new Set(['INVALID_DATA', 'INVALID_URL_PATTERN', ''])

type Deps = { readonly send: RawCalls; readonly clock: Timer; readonly referenceField: string }

export function sendDelete(send: RawCalls, module: string, id: string): Promise<Heard> {
  return send({ method: 'DELETE', path: `/crm/v8/${module}/${id}` })
}

async function isShown(
  { send, referenceField }: Deps,
  module: string,
  id: string,
): Promise<boolean> {
  const path = `/crm/v8/${module}/${id}?fields=${referenceField}`
  const read = await send({ method: 'GET', path }).catch(() => undefined)
  // An answer that shows neither is no proof that it is gone.
  const isRead = read !== undefined && [200, 204, 400, 404].includes(statusOf(read.reply) ?? 0)
  return !isRead || idsIn(read.reply).includes(id)
}

/** Removes a record. Returns why it is left; `undefined` when it is gone. Never throws. */
export async function whyLeft(deps: Deps, module: string, id: string): Promise<string | undefined> {
  const { send, clock } = deps
  for (let attempt = 1; ; attempt += 1) {
    const answer = await sendDelete(send, module, id).then(
      ({ reply }) => reply,
      () => undefined,
    )
    const isGone =
      answer !== undefined &&
      (codeOf(answer) === 'SUCCESS' || (isOdd(answer) && !(await isShown(deps, module, id))))
    if (isGone) return undefined
    if (attempt === ATTEMPTS_MAX) {
      return answer === undefined ? 'there is no access token' : said(answer)
    }
    await clock.sleep(ATTEMPT_PAUSE_MS)
  }
}

/** Whether the answer to a delete may mean that there is no such record. */
function isOdd(answer: Exchange): boolean {
  const status = statusOf(answer) ?? 0
  return [204, 400, 404].includes(status) && GONE_CODES.has(codeOf(answer))
}
