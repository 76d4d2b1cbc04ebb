// The lot of this instance, as it may use it by its own clocks.

import {
  type EpochMs,
  type Instant,
  later,
  msBetween,
  type Now,
  plusMs,
} from '../../../domain/time.ts'
import type { Clock } from '../../base/clock.port.ts'
import type { CallLoad } from './call-places.port.ts'
import type { PlaceAnswer } from './place-desk.port.ts'

/** The part of its time for which a lot is used: clocks do not run alike, and an answer takes its time. */
const USED_PART = 0.9

/** Milliseconds within which two loads count as one peak. */
const PEAK_MS = 100

export interface OwnLot {
  /** Places that the desk counts as this instance's, at least. */
  held(): number

  /** Calls that may be in flight, as far as this lot goes. */
  limit(): number

  /** Places that this instance may count on, as far as it knows: at least one. */
  expected(): number

  /** Whether others waited for places at the last answer. */
  othersWait(): boolean

  /** Whether others wait for places that can be given back, all of them, by now. */
  canGiveBack(load: CallLoad): boolean

  /** Goes down to what is wanted, or in flight. From here on no call begins beyond it. Returns the places that are kept. */
  shrink(load: CallLoad, wanted: number): number

  /** @param askedAt when the question was sent: the time of the lot counts from there */
  take(answer: PlaceAnswer, askedAt: Now): void

  /** Has no place any more, and hears no more of the others. */
  drop(): void
}

export function makeOwnLot(deps: {
  readonly clock: Clock
  readonly max: number
  readonly leaseMs: number
}): OwnLot {
  const { clock, max, leaseMs } = deps
  const usedMs = Math.floor(leaseMs * USED_PART)
  let held = 0
  // Calls in flight up to which new ones begin: fewer than are held where some are to be given back.
  let most = 0
  let share = max
  let until: { readonly instant: Instant; readonly wall: EpochMs } | undefined

  return {
    held: () => held,
    limit: () => (isInTime() ? Math.min(held, most) : 0),
    expected: () => Math.max(1, held, share),
    othersWait: () => share < max,
    canGiveBack: ({ inFlight }) => most < held && inFlight <= most,

    shrink({ inFlight }, wanted) {
      held = Math.min(held, Math.max(inFlight, Math.min(wanted, most)))
      return held
    },

    take(answer, { instant, wall }) {
      const isMore = answer.places > held
      held = answer.places
      share = answer.share
      // What is new is used until the next question, even where there are more instances than places.
      most = isMore ? held : share
      until = { instant: later(instant, usedMs), wall: plusMs(wall, usedMs) }
    },

    drop() {
      held = 0
      // What others wanted some time ago would turn new sales away.
      share = max
    },
  }

  /** By both clocks, because the monotonic one stands still while a machine is suspended. */
  function isInTime(): boolean {
    return until !== undefined && clock.instant() < until.instant && clock.now() < until.wall
  }
}

/** The highest load lately. */
export interface Peaks {
  note(wanted: number): void

  /** Calls that were wanted at a time within the last `ms` milliseconds, at most; 0 where none was noted. */
  within(ms: number): number
}

/** @param keptMs milliseconds for which a peak is kept */
export function makePeaks(clock: Pick<Clock, 'instant'>, keptMs: number): Peaks {
  let peaks: { readonly at: Instant; wanted: number }[] = []

  return {
    note(wanted) {
      const at = clock.instant()
      const last = peaks.at(-1)
      if (last !== undefined && msBetween(last.at, at) < PEAK_MS) {
        last.wanted = Math.max(last.wanted, wanted)
      } else {
        peaks = [...peaks.filter((peak) => msBetween(peak.at, at) <= keptMs), { at, wanted }]
      }
    },

    within(ms) {
      const now = clock.instant()
      const lately = peaks.filter(({ at }) => msBetween(at, now) <= ms)
      return lately.reduce((highest, { wanted }) => Math.max(highest, wanted), 0)
    },
  }
}
