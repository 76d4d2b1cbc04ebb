import { type Answer, json, refusal } from './answers.ts'
import type { FaultKind, Said } from './faults.ts'
import type { Operation } from './operation.ts'

const JSON_TYPE = 'application/json;charset=UTF-8'
const INTERNAL_ERROR = ['INTERNAL_ERROR', 'Internal Server Error'] as const

const SAID_BY_STATUS = new Map<number, readonly [code: string, message: string]>([
  [401, ['INVALID_TOKEN', 'invalid oauth token']],
  [403, ['NO_PERMISSION', 'permission denied']],
  [429, ['TOO_MANY_REQUESTS', 'too many requests']],
  [500, INTERNAL_ERROR],
  [502, ['SERVICE_UNAVAILABLE', 'the service is unavailable']],
  [503, ['SERVICE_UNAVAILABLE', 'the service is unavailable']],
])

/** What becomes of one call. */
export type Plan = {
  /** When it is applied, in milliseconds from its arrival; `null` for never. */
  readonly applyAfterMs: number | null
  /** What its caller gets: the answer that applying it gave, another, a cut line, or nothing. */
  readonly leaving: Answer | 'own' | 'reset' | 'nothing'
}

export function planOf(kind: FaultKind | undefined, operation: Operation): Plan {
  switch (kind?.type) {
    case undefined:
      return { applyAfterMs: 0, leaving: 'own' }
    case 'refuse':
      return { applyAfterMs: null, leaving: refusedAnswer(operation, kind) }
    case 'status':
      return { applyAfterMs: null, leaving: saidAnswer(kind) }
    case 'statusAfter':
      return { applyAfterMs: 0, leaving: saidAnswer(kind) }
    case 'timeoutBefore':
      return { applyAfterMs: null, leaving: 'nothing' }
    case 'timeoutAfter':
      return { applyAfterMs: 0, leaving: 'nothing' }
    case 'resetBefore':
      return { applyAfterMs: null, leaving: 'reset' }
    case 'resetAfter':
      return { applyAfterMs: 0, leaving: 'reset' }
    case 'lateApply':
      return { applyAfterMs: kind.afterMs, leaving: 'reset' }
  }
}

/** An answer that has nothing to do with what the call asked for. */
function saidAnswer({ status = 500, body, contentType = JSON_TYPE }: Said): Answer {
  if (body !== undefined) return { status, text: body, contentType }
  const [code, message] = SAID_BY_STATUS.get(status) ?? INTERNAL_ERROR
  return { ...json(status, refusal(code, message)), contentType }
}

/** A refusal in the shape of the call: writes wrap it in `data`, reads are flat, tokens differ. */
function refusedAnswer(
  operation: Operation,
  kind: Extract<FaultKind, { readonly type: 'refuse' }>,
): Answer {
  if (operation === 'token') return json(kind.status ?? 200, { error: kind.code ?? 'invalid_code' })
  const { status = 400, code = 'INVALID_DATA', message = 'invalid data' } = kind
  const said = refusal(code, message)
  const isWrite = operation.startsWith('create:') || operation.startsWith('delete:')
  return json(status, isWrite ? { data: [said] } : said)
}
