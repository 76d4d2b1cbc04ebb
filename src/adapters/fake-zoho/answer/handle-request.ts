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

/** Assignable at any time. What a hook throws is what the caller of `fetch` sees. */
export type Hooks = {
  /** A call has arrived, and nothing has come of it yet. */
  before?: ((operation: Operation) => void | Promise<void>) | undefined
  /** A call was applied, and its answer has not left yet. */
  after?: ((operation: Operation) => void | Promise<void>) | undefined
}

/** What a call passes on its way, in this order. */
type Way = {
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
  /** How often the fake was reset: what is older than the last time is not applied any more. */
  readonly resets: () => number
}

export function makeHandleRequest(way: Way): (request: Request) => Promise<Response> {
  const { now, sleep, rateLimits, chance, hooks, faults, world, journal, resets } = way

  return async function handleRequest(request) {
    const call = await readCall(request)
    const operation = operationOf(request, call.bodyText)
    const startedAtMs = now()
    const entered = rateLimits.enter(call)
    let ended: ((atMs: number) => void) | undefined
    const note = (status: number | null, fault: Parameters<Journal['add']>[0]['fault']) => {
      const { method, url } = call
      const { inFlight } = entered
      const path = url.pathname
      ended = journal.add({ method, path, operation, status, fault, startedAtMs, inFlight })
    }
    try {
      return await pass(entered)
    } finally {
      entered.leave()
      ended?.(now())
    }

    async function pass({ refusal }: Entered): Promise<Response> {
      if (refusal !== undefined) {
        note(429, refusal)
        return toResponse(refuse(429, 'TOO_MANY_REQUESTS', 'too many requests'), credits())
      }
      const latencyMs = chance.latencyMs()
      if (latencyMs > 0) await sleep(latencyMs)
      await hooks.before?.(operation)

      const kind = faults.take(operation) ?? chance.fault(operation)
      const { applyAfterMs, leaving, leavesAfterMs = 0 } = planOf(kind, operation)
      const apply = prepare(call, operation, world)
      const own = applyAfterMs === 0 ? apply() : undefined
      const answer = typeof leaving === 'function' ? own && leaving(own) : leaving
      // Before the hook, which may hold the call for as long as it likes.
      note(typeof answer === 'object' ? answer.status : null, kind?.type ?? null)
      if (own !== undefined) await hooks.after?.(operation)
      else if (applyAfterMs !== null) void applyLate(applyAfterMs, operation, apply)

      if (leavesAfterMs > 0) await sleep(leavesAfterMs)
      if (typeof answer === 'object') return toResponse(answer, credits())
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

  /** The one header in which Zoho says anything of its limits. */
  function credits(): Readonly<Record<string, string>> {
    const remaining = rateLimits.creditsRemaining()
    return remaining === undefined ? {} : { 'x-api-credits-remaining': `${remaining}` }
  }
}
