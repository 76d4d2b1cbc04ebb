import { type Answer, json, refusal, refuse } from '../wire/answers.ts'
import * as corrupted from './corrupted-answers.ts'
import type { FaultKind, Said } from './fault-kinds.ts'
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

/** What goes with a code where a fault does not say. */
const SAID_BY_CODE = new Map<string, readonly [status: number, message: string]>([
  ['RECORD_LOCKED', [400, 'record is locked']],
  ['NOT_APPROVED', [400, 'record is not approved']],
  ['NO_PERMISSION', [403, 'permission denied']],
  ['OAUTH_SCOPE_MISMATCH', [401, 'Unauthorized']],
])

const HTML_502: Answer = {
  status: 502,
  text: '<html><head><title>502 Bad Gateway</title></head><body>Bad Gateway</body></html>',
  contentType: 'text/html',
}

/** What becomes of one call. */
export type Plan = {
  /** When it is applied, in milliseconds from its arrival; `null` for never. */
  readonly applyAfterMs: number | null
  /**
   * What its caller gets: what is made of the answer that applying it gave, another answer, a cut
   * line, or nothing.
   */
  readonly leaving: Answer | ((own: Answer) => Answer) | 'reset' | 'nothing'
  /** How much later the answer leaves, in milliseconds. */
  readonly leavesAfterMs?: number
}

const asItIs = (own: Answer): Answer => own

export function planOf(kind: FaultKind | undefined, operation: Operation): Plan {
  switch (kind?.type) {
    case undefined:
      return { applyAfterMs: 0, leaving: asItIs }
    case 'refuse':
      return { applyAfterMs: null, leaving: refusedAnswer(operation, kind) }
    case 'status':
      return { applyAfterMs: null, leaving: saidAnswer(kind) }
    case 'statusAfter':
      return { applyAfterMs: 0, leaving: saidAnswer(kind) }
    case 'html502':
      return { applyAfterMs: kind.applied === true ? 0 : null, leaving: HTML_502 }
    case 'timeoutBefore':
      return { applyAfterMs: null, leaving: 'nothing' }
    case 'timeoutAfter':
      return { applyAfterMs: 0, leaving: 'nothing' }
    case 'resetBefore':
      return { applyAfterMs: null, leaving: 'reset' }
    case 'resetAfter':
      return { applyAfterMs: 0, leaving: 'reset' }
    case 'lateApply':
      return { applyAfterMs: kind.afterMs, leaving: kind.leaving ?? 'reset' }
    case 'slow':
      return { applyAfterMs: 0, leaving: asItIs, leavesAfterMs: kind.ms }
    case 'cutBody':
      return { applyAfterMs: 0, leaving: corrupted.cut }
    case 'hugeBody':
      return { applyAfterMs: 0, leaving: (own) => corrupted.huge(own, kind.bytes) }
    case 'wrongIdType':
      return { applyAfterMs: 0, leaving: corrupted.withNumbersForIds }
    case 'emptyData':
      return { applyAfterMs: 0, leaving: corrupted.withoutData }
    case 'multipleErrors':
      return { applyAfterMs: 0, leaving: corrupted.withNestedDuplicates }
    case 'mixed207':
      return { applyAfterMs: 0, leaving: corrupted.mixed }
    case 'notDeleted':
      return { applyAfterMs: null, leaving: notDeleted() }
  }
}

function notDeleted(): Answer {
  return refuse(400, 'INVALID_DATA', 'record not deleted', { resource_path_index: 1 })
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
  const { code = 'INVALID_DATA' } = kind
  const [status, message] = SAID_BY_CODE.get(code) ?? [400, 'invalid data']
  const said = refusal(code, kind.message ?? message)
  const isWrite = operation.startsWith('create:') || operation.startsWith('delete:')
  const shape = kind.shape ?? (isWrite ? 'data' : 'flat')
  return json(kind.status ?? status, shape === 'data' ? { data: [said] } : said)
}
