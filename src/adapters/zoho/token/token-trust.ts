// What this process has seen of the present token: a refusal after calls that it was good for, and
// when a token that Zoho has just given, and refuses, is tried again.

import type { Timer } from '../../../application/base/clock.port.ts'
import { type Instant, later, msBetween } from '../../../domain/time.ts'

/**
 * Milliseconds from one try of a token that Zoho has just given, and refuses, to the next by a call
 * that was refused with it. The last one is repeated for as long as the call may take.
 */
const TRY_SPACING_MS = [200, 1_000, 5_000] as const
const LAST_SPACING_MS = 5_000

export interface TokenTrust {
  /** Records that Zoho refused this token, which it had let in before: it is not good any more. */
  end(value: string): void

  /** Records that Zoho let this token in, although it had ended before. */
  revive(): void

  hasEnded(value: string): boolean

  /** Records that Zoho refused this token, which it has just given. */
  refuse(value: string): void

  /** Forgets all that was recorded, and wakes the calls that wait for their turn. */
  forget(): void

  /**
   * Waits for the turn of a call that was refused with this token. All such calls share one
   * spacing: one of them tries, and its success wakes the others. Returns when the call is to look
   * at the token again, and at the latest when `signal` is aborted.
   */
  turn(value: string, signal: AbortSignal): Promise<void>

  /** Milliseconds to the next try of this token; `undefined` for one that was not refused here. */
  tryInMs(value: string): number | undefined
}

export function makeTokenTrust(clock: Timer): TokenTrust {
  let ended: string | undefined
  let spacing:
    | { readonly value: string; readonly tries: number; readonly nextAt: Instant }
    | undefined
  const sleepers = new Set<() => void>()

  return {
    end(value) {
      ended = value
    },

    revive() {
      ended = undefined
    },

    hasEnded: (value) => value === ended,

    refuse(value) {
      if (spacing?.value === value) return
      spacing = { value, tries: 0, nextAt: later(clock.instant(), TRY_SPACING_MS[0]) }
    },

    forget() {
      ended = undefined
      spacing = undefined
      for (const wake of sleepers) wake()
    },

    async turn(value, signal) {
      while (spacing?.value === value && !signal.aborted) {
        const waitMs = msBetween(clock.instant(), spacing.nextAt)
        if (waitMs <= 0) {
          const tries = spacing.tries + 1
          const nextAt = later(clock.instant(), TRY_SPACING_MS[tries] ?? LAST_SPACING_MS)
          spacing = { value, tries, nextAt }
          return
        }
        await sleep(waitMs, signal)
      }
    },

    tryInMs(value) {
      if (spacing?.value !== value) return undefined
      return Math.max(0, msBetween(clock.instant(), spacing.nextAt))
    },
  }

  /** Ends early when the call's time is over, and when the token may be good. */
  async function sleep(ms: number, signal: AbortSignal): Promise<void> {
    const woken = new AbortController()
    const wake = () => woken.abort()
    sleepers.add(wake)
    signal.addEventListener('abort', wake, { once: true })
    await clock.sleep(ms, woken.signal)
    signal.removeEventListener('abort', wake)
    sleepers.delete(wake)
  }
}
