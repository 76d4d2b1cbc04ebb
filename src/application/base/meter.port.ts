// Counts what happens in the service, as it happens, for whoever watches it.

import type { CallResult } from '../../domain/sale/outcome.ts'
import { CREATE_STEPS, type FailedStep } from '../../domain/sale/steps.ts'

/**
 * How a sale ended. `stuck` is an end until a person has helped: the sale may still be rolled back, and
 * is then counted a second time, as `rolled_back`.
 */
export const SALE_ENDINGS = ['completed', 'rolled_back', 'stuck'] as const
export type SaleEnding = (typeof SALE_ENDINGS)[number]

/** What takes time in a sale: the reads before its first create, the creates, and a rollback. */
export const TIMED_STEPS = ['terms', ...CREATE_STEPS, 'rollback'] as const
export type TimedStep = (typeof TIMED_STEPS)[number]

export const CALL_OPERATIONS = ['read', 'create', 'delete', 'find'] as const
export type CallOperation = (typeof CALL_OPERATIONS)[number]

export type EndedCall = {
  readonly operation: CallOperation
  /** What the CRM calls the records that the call is about. */
  readonly module: string
  readonly outcome: CallResult<unknown>['type']
  /** With the wait for its turn and for a token. */
  readonly ms: number
}

/** Why a request was turned away before anything was begun, or a connection. */
export const TURNED_AWAY = [
  'draining',
  'busy',
  'storage',
  'crm',
  'load',
  'keyRate',
  'wrongKeys',
  'sockets',
] as const
export type TurnedAwayWhy = (typeof TURNED_AWAY)[number]

/**
 * Takes each figure at the moment it is known. Nothing here throws, waits or costs more than a
 * microsecond, and every text is one of a closed set: no id and no client.
 */
export interface Meter {
  /** @param ms from the request of the sale, over any restart */
  saleEnded(ending: SaleEnding, failedStep: FailedStep | undefined, ms: number): void

  /** @param ms with all retries and pauses of the step */
  stepEnded(step: TimedStep, ms: number): void

  callEnded(call: EndedCall): void

  turnedAway(why: TurnedAwayWhy): void

  /** A group of writes is on disk. @param ms of its transaction, with the sync */
  committed(writes: number, ms: number): void
}
