// What a fault does with a call: when it is applied, and what its caller gets.
import { type Answer, json, refusal, refuse } from '../wire/answers.ts'
import * as corrupted from './corrupted-answers.ts'
import type { FaultKind, FixedAnswer } from './fault-kinds.ts'
import type { Operation } from './operation.ts'

const JSON_TYPE = 'application/json;charset=UTF-8'
const INTERNAL_ERROR = ['INTERNAL_ERROR', 'Internal Server Error'] as const

const ERROR_BY_STATUS = new Map<number, readonly [code: string, message: string]>([
  [401, ['INVALID_TOKEN', 'invalid oauth token']],
  [403, ['NO_PERMISSION', 'permission denied']],
  [429, ['TOO_MANY_REQUESTS', 'too many requests']],
  [500, INTERNAL_ERROR],
  [502, ['SERVICE_UNAVAILABLE', 'the service is unavailable']],
  [503, ['SERVICE_UNAVAILABLE', 'the service is unavailable']],
])

/** The status and message of a code, where a fault gives none. */
const ERROR_BY_CODE = new Map<string, readonly [status: number, message: string]>([
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

/** What happens to one call. */
export type Plan = {
  /** Milliseconds from its arrival until it is applied; `null` for never. */
  readonly applyAfterMs: number | null
  /**
   * What its caller gets: a function of the true answer, another answer, no connection, one
   * that is cut, or nothing.
   */
  readonly reply: Answer | ((own: Answer) => Answer) | 'refused' | 'reset' | 'nothing'
  /** Milliseconds that the answer is held back. */
  readonly replyDelayMs?: number
}

const asItIs = (own: Answer): Answer => own

/** @param kind `undefined` when the call meets no fault. */
export function planOf(kind: FaultKind | undefined, operation: Operation): Plan {
  switch (kind?.type) {
    case undefined:
      return { applyAfterMs: 0, reply: asItIs }
    case 'refuse':
      return { applyAfterMs: null, reply: refusedAnswer(operation, kind) }
    case 'status':
      return { applyAfterMs: null, reply: fixedAnswer(kind) }
    case 'statusAfter':
      return { applyAfterMs: 0, reply: fixedAnswer(kind) }
    case 'odd':
      return { applyAfterMs: kind.applied === true ? 0 : null, reply: fixedAnswer(kind) }
    case 'extraMembers':
      return { applyAfterMs: 0, reply: corrupted.withExtraMembers }
    case 'html502':
      return { applyAfterMs: kind.applied === true ? 0 : null, reply: HTML_502 }
    case 'timeoutBefore':
      return { applyAfterMs: null, reply: 'nothing' }
    case 'timeoutAfter':
      return { applyAfterMs: 0, reply: 'nothing' }
    case 'connectRefused':
      return { applyAfterMs: null, reply: 'refused' }
    case 'resetBefore':
      return { applyAfterMs: null, reply: 'reset' }
    case 'resetAfter':
      return { applyAfterMs: 0, reply: 'reset' }
    case 'lateApply':
      return { applyAfterMs: kind.afterMs, reply: kind.leaving ?? 'reset' }
    case 'slow':
      return { applyAfterMs: 0, reply: asItIs, replyDelayMs: kind.ms }
    case 'cutBody':
      return { applyAfterMs: 0, reply: corrupted.cut }
    case 'hugeBody':
      return { applyAfterMs: 0, reply: (own) => corrupted.huge(own, kind.bytes) }
    case 'wrongIdType':
      return { applyAfterMs: 0, reply: corrupted.withNumbersForIds }
    case 'emptyData':
      return { applyAfterMs: 0, reply: corrupted.withoutData }
    case 'multipleErrors':
      return { applyAfterMs: 0, reply: corrupted.withNestedDuplicates }
    case 'mixed207':
      return { applyAfterMs: 0, reply: corrupted.mixed }
    case 'notDeleted':
      return { applyAfterMs: null, reply: notDeleted() }
  }
}

function notDeleted(): Answer {
  return refuse(400, 'INVALID_DATA', 'record not deleted', { resource_path_index: 1 })
}

/** An answer that does not depend on the call. */
function fixedAnswer({ status = 500, body, contentType = JSON_TYPE }: FixedAnswer): Answer {
  if (body !== undefined) return { status, text: body, contentType }
  const [code, message] = ERROR_BY_STATUS.get(status) ?? INTERNAL_ERROR
  return { ...json(status, refusal(code, message)), contentType }
}

/** A refusal in the shape of the operation: wrapped in `data`, flat, or that of a token. */
function refusedAnswer(
  operation: Operation,
  kind: Extract<FaultKind, { readonly type: 'refuse' }>,
): Answer {
  if (operation === 'token') return json(kind.status ?? 200, { error: kind.code ?? 'invalid_code' })
  const { code = 'INVALID_DATA' } = kind
  const [status, message] = ERROR_BY_CODE.get(code) ?? [400, 'invalid data']
  const refused = refusal(code, kind.message ?? message)
  const isWrite = operation.startsWith('create:') || operation.startsWith('delete:')
  const shape = kind.shape ?? (isWrite ? 'data' : 'flat')
  return json(kind.status ?? status, shape === 'data' ? { data: [refused] } : refused)
}
