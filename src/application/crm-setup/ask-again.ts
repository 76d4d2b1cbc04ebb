// Repeats a call to the CRM for a command.

import type { CallResult } from '../../domain/sale/outcome.ts'
import { type Backoff, backoffMs } from '../base/backoff.ts'
import type { Timer } from '../base/clock.port.ts'

/** Attempts of one call: a command waits for a short failure of the CRM, and not for a long one. */
const ATTEMPTS_MAX = 5

const BACKOFF: Backoff = { firstMs: 200, maxMs: 5_000 }

/**
 * Makes a call up to `ATTEMPTS_MAX` times, as long as it ends `unknown` or `notSent`. Returns the
 * last result.
 *
 * @param call may be made twice without harm
 */
export async function askAgain<Value>(
  clock: Timer,
  call: () => Promise<CallResult<Value>>,
): Promise<CallResult<Value>> {
  for (let attempt = 1; ; attempt += 1) {
    const result = await call()
    if (result.type === 'done' || result.type === 'refused') return result
    if (attempt === ATTEMPTS_MAX) return result
    await clock.sleep(backoffMs(BACKOFF, attempt))
  }
}
