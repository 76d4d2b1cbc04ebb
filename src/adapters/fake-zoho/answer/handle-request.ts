// One request from its arrival to its answer: limits, latency, hooks, faults, and the call itself.
import { planOf } from '../faults/fault-plan.ts'
import type { FaultQueue } from '../faults/faults.ts'
import { type Operation, operationOf } from '../faults/operation.ts'
import { rejectOnAbort } from '../wire/abortable.ts'
import { type Answer, refuse, toResponse } from '../wire/answers.ts'
import { readCall } from '../wire/call.ts'
import { ConnectionReset } from '../wire/connection-reset.ts'
import type { World } from '../world/world.ts'
import type { Chance } from './chance.ts'
import type { Journal } from './journal.ts'
import type { Entered, RateLimits } from './rate-limits.ts'
import { prepare } from './routes.ts'

/** Functions that a test may set at any time. What one throws, the caller of `fetch` gets. */
export type Hooks = {
  /** Runs when a call has arrived, before it is applied. */
  before?: ((operation: Operation) => void | Promise<void>) | undefined
  /** Runs when a call was applied, before its answer leaves. */
  after?: ((operation: Operation) => void | Promise<void>) | undefined
}

type Deps = {
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number
  /** Resolves after `ms` milliseconds. Never rejects. */
  readonly sleep: (ms: number) => Promise<void>
  readonly rateLimits: RateLimits
  readonly chance: Chance
  readonly hooks: Hooks
  readonly faults: FaultQueue
  readonly world: World
  readonly journal: Journal
  /** How often the fake was reset. A call that is applied late is dropped after a reset. */
  readonly resets: () => number
}

/** Makes the function that takes one request through limits, latency, faults and its route. */
export function makeHandleRequest(deps: Deps): (request: Request) => Promise<Response> {
  const { now, sleep, rateLimits, chance, hooks, faults, world, journal, resets } = deps

  return async function handleRequest(request) {
    const call = await readCall(request)
    const operation = operationOf(request, call.bodyText)
    const startedAtMs = now()
    const entered = rateLimits.enter(call)
    let ended: ((atMs: number) => void) | undefined
    const record = (status: number | null, fault: Parameters<Journal['add']>[0]['fault']) => {
      const { method, url } = call
      const { inFlight } = entered
      const path = url.pathname
      ended = journal.add({ method, path, operation, status, fault, startedAtMs, inFlight })
    }
    try {
      return await respond(entered)
    } finally {
      entered.leave()
      ended?.(now())
    }

    async function respond({ refusal }: Entered): Promise<Response> {
      if (refusal !== undefined) {
        record(429, refusal)
        return toResponse(refuse(429, 'TOO_MANY_REQUESTS', 'too many requests'), credits())
      }
      const latencyMs = chance.latencyMs()
      if (latencyMs > 0) await sleep(latencyMs)
      await hooks.before?.(operation)
      // What its caller has given up on while it was on its way may be dropped, by the setting.
      if (request.signal.aborted && !world.settings.current.isAbandonedCallApplied) {
        throw request.signal.reason
      }

      const kind = faults.take(operation) ?? chance.fault(operation)
      const { applyAfterMs, reply, replyDelayMs = 0 } = planOf(kind, operation)
      const apply = prepare(call, operation, world)
      const own = applyAfterMs === 0 ? apply() : undefined
      const answer = typeof reply === 'function' ? own && reply(own) : reply
      // The call is recorded before the hook runs, because a hook may hold it for any time.
      record(typeof answer === 'object' ? answer.status : null, kind?.type ?? null)
      if (own !== undefined) await hooks.after?.(operation)
      else if (applyAfterMs !== null) void applyLate(applyAfterMs, operation, apply)

      if (replyDelayMs > 0) await sleep(replyDelayMs)
      if (typeof answer === 'object') return toResponse(answer, credits())
      if (answer === 'refused') throw new ConnectionReset('connect ECONNREFUSED')
      if (answer === 'reset') throw new ConnectionReset()
      return rejectOnAbort(request.signal)
    }
  }

  async function applyLate(afterMs: number, operation: Operation, apply: () => Answer) {
    const resetsBefore = resets()
    await sleep(afterMs)
    if (resets() !== resetsBefore) return
    apply()
    await hooks.after?.(operation)
  }

  /** The only header in which Zoho reports a limit. */
  function credits(): Readonly<Record<string, string>> {
    const remaining = rateLimits.creditsRemaining()
    return remaining === undefined ? {} : { 'x-api-credits-remaining': `${remaining}` }
  }
}
