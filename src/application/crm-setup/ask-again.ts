import type { CallResult } from '../../domain/sale/outcome.ts'
import { type Backoff, backoffMs } from '../base/backoff.ts'
import type { Clock } from '../base/clock.port.ts'

/** How often one question is put: a command is to outlast a hiccup, and not an outage. */
const ATTEMPTS_MAX = 5

const BACKOFF: Backoff = { firstMs: 200, maxMs: 5_000 }

/**
 * Puts a call that may be repeated again where nobody knows what became of it, or where it was
 * not sent. What comes back is the last answer.
 */
export async function askAgain<Value>(
  clock: Clock,
  call: () => Promise<CallResult<Value>>,
): Promise<CallResult<Value>> {
  for (let attempt = 1; ; attempt += 1) {
    const result = await call()
    if (result.outcome === 'done' || result.outcome === 'refused') return result
    if (attempt === ATTEMPTS_MAX) return result
    await clock.sleep(backoffMs(BACKOFF, attempt))
  }
}
