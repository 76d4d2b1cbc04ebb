import { fits, type Operation, type OperationPattern } from './operation.ts'

export type FaultKind =
  /** Zoho understands and says no. Not applied. By default 400 INVALID_DATA "invalid data". */
  | {
      readonly type: 'refuse'
      readonly status?: number | undefined
      readonly code?: string | undefined
      readonly message?: string | undefined
    }
  /** Answered so, and not applied. By default 500, with the body Zoho sends with that status. */
  | ({ readonly type: 'status' } & Said)
  /** Applied, and answered so all the same. */
  | ({ readonly type: 'statusAfter' } & Said)
  /** Never applied, never answered. */
  | { readonly type: 'timeoutBefore' }
  /** Applied, never answered. */
  | { readonly type: 'timeoutAfter' }
  /** Never applied, the connection cut. */
  | { readonly type: 'resetBefore' }
  /** Applied, the connection cut. */
  | { readonly type: 'resetAfter' }
  /** The connection cut at once, and applied so many milliseconds later, as if sent then. */
  | { readonly type: 'lateApply'; readonly afterMs: number }

export type Said = {
  readonly status?: number | undefined
  readonly body?: string | undefined
  readonly contentType?: string | undefined
}

export type FaultRule = {
  readonly operation: OperationPattern
  /** Which of the calls from now on is the first to be met: 1, the default, is the next. */
  readonly nth?: number | undefined
  /** How many calls are met from there: 1 by default, `Infinity` for all. */
  readonly times?: number | undefined
  readonly kind: FaultKind
}

export interface Faults {
  /** Rules that fit the same call queue up: a call is met by one of them, the longest added first. */
  add(rule: FaultRule): void
  clear(): void
}

export interface FaultQueue extends Faults {
  /** The fault that meets this call, which counts as one call for every rule of its operation. */
  take(operation: Operation): FaultKind | undefined
}

const RULES_MAX = 1_000

type Pending = { readonly rule: FaultRule; callsLeftBefore: number; timesLeft: number }

export function makeFaults(): FaultQueue {
  let pending: readonly Pending[] = []
  return {
    add(rule) {
      if (pending.length >= RULES_MAX) throw new RangeError(`faults: over ${RULES_MAX} rules`)
      const { nth = 1, times = 1 } = rule
      pending = [...pending, { rule, callsLeftBefore: nth - 1, timesLeft: times }]
    },
    clear() {
      pending = []
    },
    take(operation) {
      const matching = pending.filter(({ rule }) => fits(operation, rule.operation))
      const due = matching.find((one) => one.callsLeftBefore <= 0)
      for (const one of matching) one.callsLeftBefore -= 1
      if (due === undefined) return undefined
      due.timesLeft -= 1
      pending = pending.filter(({ timesLeft }) => timesLeft > 0)
      return due.rule.kind
    },
  }
}
