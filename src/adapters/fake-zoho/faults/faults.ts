// The rules by which calls meet faults.
import type { FaultKind } from './fault-kinds.ts'
import { fits, type Operation, type OperationPattern } from './operation.ts'

export type FaultRule = {
  readonly operation: OperationPattern
  /** The first call that the rule meets, counted from now: 1, the default, is the next one. */
  readonly nth?: number | undefined
  /** How many calls it meets from there on: 1 by default, `Infinity` for all. */
  readonly times?: number | undefined
  readonly kind: FaultKind
}

export interface Faults {
  /**
   * Adds a rule. Of several rules that fit a call one is used, the oldest.
   *
   * @throws {RangeError} when there are 1,000 rules.
   */
  add(rule: FaultRule): void
  clear(): void
}

export interface FaultQueue extends Faults {
  /** The fault of this call. Every rule that fits the call counts it. */
  take(operation: Operation): FaultKind | undefined
}

/** Rules that wait at once. */
export const RULES_MAX = 1_000

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
