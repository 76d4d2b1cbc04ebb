// The places of one instance among several: it holds a lot while it has calls, asks for more when calls
// wait, and gives back what it does not use.

import { LONG_AGO, later, msBetween } from '../../../domain/time.ts'
import { errorCode } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.port.ts'
import type { CallLoad, CallPlaces } from './call-places.port.ts'
import { makeOwnLot, makePeaks } from './own-lot.ts'
import { makeSizeLot, type SharedPlacesDeps } from './size-lot.ts'

/** Milliseconds from one question to the next while places are held. It keeps the lot, and shows who waits. */
const LOOK_EVERY_MS = 500

/** Milliseconds from a question that left calls waiting to the next. */
const ASK_AGAIN_MS = 200

/** Milliseconds for which places that are not used are held where nobody else waits for them. */
const IDLE_MS = 5_000

export interface SharedPlaces extends CallPlaces {
  /** Gives all back, and asks no more. To be called when no call is left. Throws no AppError. */
  end(): Promise<void>
}

/**
 * The places are only those that the desk has answered, for a part of the time that it counts them as lent;
 * and while a question is on its way, only those that the question keeps. So whatever the database does, or
 * does not answer, all instances together have no more than there are; without an answer they come to none.
 */
export function makeSharedPlaces(
  deps: SharedPlacesDeps & { readonly logger: Pick<Logger, 'warn'> },
): SharedPlaces {
  const { clock, logger, leaseMs } = deps
  const lookMs = Math.min(LOOK_EVERY_MS, Math.floor(leaseMs / 4))
  const lot = makeOwnLot(deps)
  const peaks = makePeaks(clock, IDLE_MS)
  const sizeLot = makeSizeLot(deps, { lot, peaks, idleMs: IDLE_MS })
  let load: CallLoad = { inFlight: 0, wanted: 0 }
  let nextAt = LONG_AGO
  let leftWaiting = false
  let asking: Promise<void> | undefined
  let pause = new AbortController()
  let ended = false
  let onMore = () => {}

  return {
    limit: lot.limit,
    expected: lot.expected,
    onMore(then) {
      onMore = then
    },

    note(now) {
      load = now
      peaks.note(now.wanted)
      if (asking === undefined && load.wanted > lot.limit()) asking = keepAsking()
      else if (isUrgent()) pause.abort()
    },

    async end() {
      ended = true
      pause.abort()
      await asking
      await sizeLot.giveAllBack().catch(passAppError)
    },
  }

  /** Whether more calls wait than at the last question, or others wait for what can be given back by now. */
  function isUrgent(): boolean {
    return lot.canGiveBack(load) || (!leftWaiting && load.wanted > lot.held())
  }

  async function keepAsking(): Promise<void> {
    while (!ended && (lot.held() > 0 || load.wanted > 0)) {
      if (!isUrgent()) await untilNext()
      if (!ended) await ask().catch(passAppError)
    }
    asking = undefined
    lot.drop()
  }

  async function untilNext(): Promise<void> {
    pause = new AbortController()
    await clock.sleep(Math.max(0, msBetween(clock.instant(), nextAt)), pause.signal)
  }

  async function ask(): Promise<void> {
    nextAt = later(clock.instant(), lookMs)
    // Also after a question without an answer the next one waits.
    leftWaiting = true
    leftWaiting = !(await sizeLot.ask(load, lookMs))
    if (leftWaiting) nextAt = later(clock.instant(), ASK_AGAIN_MS)
    onMore()
  }

  /** The lot is as it was, or as it was asked for: both are no more than this instance uses from here on. */
  function passAppError(err: unknown): void {
    if (errorCode(err) === undefined) throw err
    logger.warn({ err, held: lot.held() }, 'places for calls to the CRM not asked for')
  }
}
