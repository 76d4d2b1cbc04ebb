// The calls that create and delete records of a sale, as the event log records them for the auditor.

import type { CrmId } from '../../domain/ids.ts'
import type { CallResult } from '../../domain/sale/outcome.ts'
import { msBetween } from '../../domain/time.ts'
import type { Clock } from '../base/clock.port.ts'

type CalledRecord =
  | { readonly operation: 'create'; readonly module: string; readonly reference: string }
  | { readonly operation: 'delete'; readonly module: string; readonly id: CrmId }

/** One call that creates or deletes a record in the CRM, as it is recorded. */
export type CrmCall = CalledRecord & {
  /** When the call was asked for: UTC, ISO 8601 with milliseconds. */
  readonly at: string
  /** Milliseconds until the call ended, with the wait for its turn and for a token. */
  readonly ms: number
  readonly outcome: CallResult<unknown>['type']
  /** What the CRM answered, in words without anything about a person. */
  readonly answer: string
}

/** The answer of a successful call to which the CRM added no words. */
const PLAIN_SUCCESS = 'success'

/** Makes a call, and returns its result with the record of it. */
export async function recordCall<Value>(
  clock: Pick<Clock, 'now' | 'instant'>,
  called: CalledRecord,
  call: () => Promise<CallResult<Value>>,
): Promise<{ readonly result: CallResult<Value>; readonly call: CrmCall }> {
  const at = new Date(clock.now()).toISOString()
  const begin = clock.instant()
  const result = await call()
  const { type: outcome } = result
  const answer = result.type === 'done' ? (result.answer ?? PLAIN_SUCCESS) : result.reason
  const ms = msBetween(begin, clock.instant())
  return { result, call: { ...called, at, ms, outcome, answer } }
}

/** The calls for a sale since its last event. */
export type CallsMade = {
  /** The last `CALLS_MAX` calls, oldest first. */
  readonly calls: readonly CrmCall[]
  /** How many calls were made before those. */
  readonly earlierCalls: number
}

/** Calls that one event records one by one. The limit is for a delete that is refused for ever. */
const CALLS_MAX = 20

export const NO_CALLS: CallsMade = { calls: [], earlierCalls: 0 }

/** Adds a call; beyond `CALLS_MAX` the oldest call is only counted. */
export function withCall({ calls, earlierCalls }: CallsMade, call: CrmCall): CallsMade {
  const all = [...calls, call]
  const leftOut = Math.max(0, all.length - CALLS_MAX)
  return { calls: all.slice(leftOut), earlierCalls: earlierCalls + leftOut }
}
