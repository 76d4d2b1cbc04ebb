// Asks the desk for a lot of the size that the calls of this instance are worth.

import type { Clock } from '../../base/clock.port.ts'
import type { CallLoad } from './call-places.port.ts'
import type { OwnLot, Peaks } from './own-lot.ts'
import type { PlaceDesk } from './place-desk.port.ts'

/** A lot grows by this part of all places at least, so that a second call need not ask again. */
const LOT_PART = 1 / 4

export type SharedPlacesDeps = {
  readonly desk: PlaceDesk
  /** The name of this process as a holder: none other has it, or had it. */
  readonly holder: string
  readonly clock: Clock
  /** Calls in flight of all instances together, at most. */
  readonly max: number
  /** Milliseconds for which a lot is held after a question. */
  readonly leaseMs: number
  /** Milliseconds that one call may take. */
  readonly callMs: number
}

export interface SizeLot {
  /**
   * Asks once. Returns whether there are places for all calls that were wanted then.
   *
   * @param lookMs milliseconds of what was wanted that count where others wait
   * @throws {AppError} as `PlaceDesk`: no place is lost or won that this instance uses from here on
   */
  ask(load: CallLoad, lookMs: number): Promise<boolean>

  /** @throws {AppError} as `PlaceDesk` */
  giveAllBack(): Promise<void>
}

/** @param idleMs milliseconds of what was wanted that count where nobody else waits */
export function makeSizeLot(
  deps: SharedPlacesDeps,
  { lot, peaks, idleMs }: { readonly lot: OwnLot; readonly peaks: Peaks; readonly idleMs: number },
): SizeLot {
  const { desk, holder, clock, max, leaseMs, callMs } = deps
  let hasAsked = false

  return {
    async ask(load, lookMs) {
      const askedAt = { instant: clock.instant(), wall: clock.now() }
      const wanted = target(load, lookMs)
      const keep = lot.shrink(load, wanted)
      hasAsked = true
      const needed = load.wanted
      const keptMs = leaseMs + callMs
      const answer = await desk.ask({ holder, max, keep, needed, wanted, keptMs })
      lot.take(answer, askedAt)
      return answer.places >= needed
    },

    async giveAllBack() {
      lot.drop()
      if (hasAsked) await desk.leave(holder)
    },
  }

  /** Places that are worth having: more than are needed where nobody else waits, for the calls to come. */
  function target(load: CallLoad, lookMs: number): number {
    const recent = peaks.within(lot.othersWait() ? lookMs : idleMs)
    const part = lot.othersWait() ? 1 : Math.ceil(max * LOT_PART)
    return Math.min(max, Math.ceil(Math.max(load.wanted, recent) / part) * part)
  }
}
