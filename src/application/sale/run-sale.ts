import { assertNever } from '../../domain/assert-never.ts'
import { decide } from '../../domain/sale/decide.ts'
import type { SaleEvent } from '../../domain/sale/events.ts'
import { evolve, isForward } from '../../domain/sale/evolve.ts'
import { type Effect, next } from '../../domain/sale/next.ts'
import type { CallResult, Interrupted, Outcome } from '../../domain/sale/outcome.ts'
import type { SalePolicy } from '../../domain/sale/policy.ts'
import type { Sale } from '../../domain/sale/state.ts'
import {
  FORWARD_BACKOFF,
  jitteredBackoffMs,
  ROLLBACK_BACKOFF,
  STORE_BACKOFF,
} from '../base/backoff.ts'
import type { Clock } from '../base/clock.port.ts'
import type { Logger } from '../base/logger.port.ts'
import { patiently } from '../base/patiently.ts'
import type { Random } from '../base/random.port.ts'
import type { Crm } from '../crm/crm.port.ts'
import { NO_CALLS, withCall } from '../log/crm-call.ts'
import { GATEWAY } from '../log/event-record.ts'
import { summarize } from '../log/sale-summary.ts'
import { mailsFor } from './failure-mail.ts'
import { makePerform } from './perform.ts'
import type { SaleStore, Sequence } from './sale-store.port.ts'

export type RunSaleDeps = {
  readonly store: SaleStore
  readonly crm: Crm
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly policy: SalePolicy
  readonly requestTimeoutMs: number
  /** What stands behind the `@` of a message id. */
  readonly mailDomain: string
  /** Told when a mail was put into the outbox. */
  readonly onMail: () => void
}

export type StoredSale = { readonly sale: Sale; readonly sequence: Sequence }

export type RunOptions = {
  /** Told of each state once it is durable. */
  readonly onState: (sale: Sale) => void
  /** Ends the run at the next point where nothing is in flight; the log knows how to go on. */
  readonly leave: AbortSignal
  /** The sale was found in the log: that is the first outcome of this run. */
  readonly interrupted: Interrupted | undefined
  /** Waits so many milliseconds, or until the run is to leave or somebody asks for a try now. */
  readonly untilRetry: (ms: number) => Promise<void>
}

/**
 * Drives one sale to rest: asks the domain what is due, performs it, records what came of it,
 * and asks again. The same loop serves the live sale and the one found after a restart. It is
 * bounded by the sale's deadline going forward; a rollback is retried for ever, with backoff.
 *
 * @throws {AppError} `conflict` or `lost` from the store: this process must not go on with the sale.
 */
export type RunSale = (start: StoredSale, options: RunOptions) => Promise<void>

export function makeRunSale(deps: RunSaleDeps): RunSale {
  const { clock, policy } = deps

  return async function runSale(start, options) {
    const perform = makePerform(deps)
    let { sale, sequence } = start
    let failures = 0
    // What came of the last call, where that moved nothing.
    let lastFailedOutcome: Outcome | undefined
    // The calls that no event tells of yet: a process that is killed forgets them.
    let callsMade = NO_CALLS

    if (options.interrupted !== undefined) await record(options.interrupted)

    while (!options.leave.aborted) {
      const due = next(sale, clock.now(), policy)
      switch (due.type) {
        case 'rest':
          return
        case 'wait':
          await clock.sleep(due.until - clock.now(), options.leave)
          if (clock.now() >= due.until) await recordTimePassed()
          break
        case 'perform': {
          const pause = await performFirstThatMoves(due.effects)
          if (pause > 0) await waitForRetry(pause)
          break
        }
        default:
          assertNever(due)
      }
    }

    /** Milliseconds to wait before the next attempt: none when the sale moved. */
    async function performFirstThatMoves(effects: readonly Effect[]): Promise<number> {
      let askedToWaitMs = 0
      for (const effect of effects) {
        const { outcome, call } = await perform(effect, failures > 0)
        if (call !== undefined) callsMade = withCall(callsMade, call)
        if (await record(outcome)) {
          failures = 0
          lastFailedOutcome = undefined
          return 0
        }
        lastFailedOutcome = outcome
        if (outcome.type === 'contactRead' && outcome.contact.type === 'done') return 0
        askedToWaitMs = Math.max(askedToWaitMs, retryAfterMs(outcome))
        if (options.leave.aborted) return 0
      }
      failures += 1
      const backoff = isForward(sale) ? FORWARD_BACKOFF : ROLLBACK_BACKOFF
      const waitMs = jitteredBackoffMs(backoff, failures, deps.random.fraction())
      return untilDeadline(Math.max(waitMs, Math.min(askedToWaitMs, ROLLBACK_BACKOFF.maxMs)))
    }

    /** Who asks for a try now never asks for one going forward. */
    function waitForRetry(ms: number): Promise<void> {
      return isForward(sale) ? clock.sleep(ms, options.leave) : options.untilRetry(ms)
    }

    /** A call that failed before time ran out is judged again, because it says why it ran out. */
    async function recordTimePassed(): Promise<void> {
      if (isForward(sale) && lastFailedOutcome !== undefined && (await record(lastFailedOutcome)))
        return
      await record({ type: 'timePassed' })
    }

    function untilDeadline(waitMs: number): number {
      if (!isForward(sale)) return waitMs
      return Math.min(waitMs, sale.requestedAt + policy.deadlineMs - clock.now())
    }

    /** Whether the sale moved. What came of it is durable when this returns. */
    async function record(outcome: Outcome): Promise<boolean> {
      const events = decide(sale, outcome, clock.now(), policy)
      if (events.length === 0) return false
      const after = events.reduce(evolve, sale)
      await appendPatiently(events, after)
      sale = after
      sequence += events.length
      options.onState(sale)
      // To be called stuck is no move: the next try waits as it did.
      return events.some(({ type }) => type !== 'SaleStuck')
    }

    async function appendPatiently(events: readonly SaleEvent[], after: Sale): Promise<void> {
      const mails = mailsFor(after, events, deps.mailDomain)
      const append = {
        saleId: after.saleId,
        after: sequence,
        events,
        actor: GATEWAY,
        callsMade,
        summary: summarize(after),
        mails,
      }
      // What came of a call is known only here until it is stored, so this is tried for as long
      // as the process lives: giving up would forget a record in the CRM.
      const onFailure = (err: unknown, failed: number) =>
        deps.logger.warn({ err, saleId: after.saleId, failed }, 'event not stored yet')
      await patiently({ clock, backoff: STORE_BACKOFF, random: deps.random, onFailure }, () =>
        deps.store.append(append),
      )
      callsMade = NO_CALLS
      if (mails.length > 0) deps.onMail()
    }
  }
}

function retryAfterMs(outcome: Outcome): number {
  return Math.max(0, ...resultsOf(outcome).map((r) => ('retryAfterMs' in r && r.retryAfterMs) || 0))
}

function resultsOf(outcome: Outcome): readonly CallResult<unknown>[] {
  switch (outcome.type) {
    case 'termsRead':
      return [outcome.contact, outcome.products]
    case 'contactRead':
      return [outcome.contact]
    case 'created':
    case 'deleted':
    case 'lookedUp':
      return [outcome.result]
    case 'interrupted':
    case 'timePassed':
      return []
    default:
      return assertNever(outcome)
  }
}
