// Zoho's limits: calls in flight at once, and credits a day.
import { asObject, own, parseJson } from '../schema/json.ts'
import type { Call } from '../wire/call.ts'
import { TOKEN_PATH } from '../wire/call.ts'
import type { SettingsStore } from '../world/settings.ts'

/** The limit of Zoho that refuses a call, with 429 and without a `Retry-After`. */
export type ExceededLimit = 'concurrency' | 'coqlConcurrency' | 'credits'

export type Entered = {
  /** Calls in flight, this one included; calls for a token are counted by themselves. */
  readonly inFlight: number
  readonly refusal: ExceededLimit | undefined
  /** To be called once, when the call is over or its caller has gone. */
  readonly leave: () => void
}

export interface RateLimits {
  /** Counts the call as in flight and takes its credits, or returns the limit that refuses it. */
  enter(call: Call): Entered
  /** The credits left today; `undefined` while less than half of them are used. */
  creditsRemaining(): number | undefined
  /** Gives all credits back. Calls in flight stay counted. */
  reset(): void
}

const COQL_PATH = '/crm/v8/coql'

/** 24 hours */
const CREDITS_WINDOW_MS = 86_400_000

// A call that creates costs one credit for each ten records it begins; any other call, one.
const RECORDS_PER_CREDIT = 10

export function makeRateLimits(now: () => number, settings: SettingsStore): RateLimits {
  const inFlight = { api: 0, coql: 0, token: 0 }
  let day = { startedAtMs: now(), creditsUsed: 0 }

  function limitExceededBy(call: Call): ExceededLimit | undefined {
    const { concurrencyMax, coqlConcurrencyMax, creditsMax } = settings.current
    if (concurrencyMax !== null && inFlight.api > concurrencyMax) return 'concurrency'
    if (coqlConcurrencyMax !== null && isCoql(call) && inFlight.coql > coqlConcurrencyMax) {
      return 'coqlConcurrency'
    }
    if (now() - day.startedAtMs >= CREDITS_WINDOW_MS) day = { startedAtMs: now(), creditsUsed: 0 }
    const cost = creditsOf(call)
    if (creditsMax !== null && day.creditsUsed + cost > creditsMax) return 'credits'
    day.creditsUsed += cost
    return undefined
  }

  return {
    enter(call) {
      const counted =
        call.url.pathname === TOKEN_PATH
          ? (['token'] as const)
          : isCoql(call)
            ? (['api', 'coql'] as const)
            : (['api'] as const)
      for (const one of counted) inFlight[one] += 1
      return {
        inFlight: inFlight[counted[0]],
        refusal: counted[0] === 'token' ? undefined : limitExceededBy(call),
        leave() {
          for (const one of counted) inFlight[one] -= 1
        },
      }
    },
    creditsRemaining() {
      const { creditsMax } = settings.current
      if (creditsMax === null || day.creditsUsed * 2 < creditsMax) return undefined
      return Math.max(creditsMax - day.creditsUsed, 0)
    },
    reset() {
      day = { startedAtMs: now(), creditsUsed: 0 }
    },
  }
}

const isCoql = ({ url }: Call) => url.pathname === COQL_PATH

function creditsOf({ method, url, bodyText }: Call): number {
  if (method !== 'POST' || url.pathname === COQL_PATH) return 1
  const data = own(asObject(parseJson(bodyText)) ?? {}, 'data')
  const records = Array.isArray(data) ? data.length : 0
  return Math.max(Math.ceil(records / RECORDS_PER_CREDIT), 1)
}
