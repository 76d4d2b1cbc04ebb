import type { CrmId } from '../../domain/ids.ts'
import type { CallResult } from '../../domain/sale/outcome.ts'
import type { Clock } from '../base/clock.port.ts'

type CalledRecord =
  | { readonly operation: 'create'; readonly module: string; readonly reference: string }
  | { readonly operation: 'delete'; readonly module: string; readonly id: CrmId }

/** One call that was to change something in the CRM, as the log tells it. */
export type CrmCall = CalledRecord & {
  /** When it was asked for: UTC, ISO 8601 with milliseconds. */
  readonly at: string
  /** Milliseconds until its end; waiting for its turn and for a token are part of it. */
  readonly ms: number
  readonly outcome: CallResult<unknown>['type']
  /** What came back, in words that hold nothing of a person. */
  readonly answer: string
}

/** What is told of a call that did what was asked, where the CRM said no more than that. */
const PLAIN_SUCCESS = 'success'

/** Makes the call, and keeps what an auditor asks of it. */
export async function recordCall<Value>(
  clock: Pick<Clock, 'now'>,
  called: CalledRecord,
  call: () => Promise<CallResult<Value>>,
): Promise<{ readonly result: CallResult<Value>; readonly call: CrmCall }> {
  const startedAt = clock.now()
  const result = await call()
  const { type: outcome } = result
  const answer = result.type === 'done' ? (result.answer ?? PLAIN_SUCCESS) : result.reason
  const at = new Date(startedAt).toISOString()
  return { result, call: { ...called, at, ms: clock.now() - startedAt, outcome, answer } }
}

/** The calls since the last event of a sale. */
export type CallsMade = {
  /** The last ones, oldest first. */
  readonly calls: readonly CrmCall[]
  /** How many were made before those. */
  readonly earlierCalls: number
}

/** Calls that are told one by one with one event. A delete that is refused is tried for ever. */
const CALLS_MAX = 20

export const NO_CALLS: CallsMade = { calls: [], earlierCalls: 0 }

export function withCall({ calls, earlierCalls }: CallsMade, call: CrmCall): CallsMade {
  const all = [...calls, call]
  const leftOut = Math.max(0, all.length - CALLS_MAX)
  return { calls: all.slice(leftOut), earlierCalls: earlierCalls + leftOut }
}
