import { toResponse } from './answers.ts'
import { readCall } from './call.ts'
import { ConnectionReset } from './connection-reset.ts'
import { planOf } from './fault-plan.ts'
import { type Faults, makeFaults } from './faults.ts'
import { type JournalEntry, makeJournal } from './journal.ts'
import { type Operation, operationOf } from './operation.ts'
import type { Records } from './records.ts'
import { prepare } from './routes.ts'
import { makeSettings, type SettingsPatch, type SettingsStore } from './settings.ts'
import type { Credentials } from './tokens.ts'
import { untilAborted } from './until-aborted.ts'
import { makeWorld } from './world.ts'

export type FakeZohoOptions = {
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number
  /** Resolves after `ms` milliseconds, or early when `signal` is aborted. Never rejects. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>
  /** API name of the unique text field of Deals, Quotes and Sales_Orders. */
  readonly referenceField: string
  /** How long each call takes to arrive; 0 for no wait at all. */
  readonly latencyMs: number
  /** The only ones the token endpoint takes; without them it takes any. */
  readonly credentials?: Credentials | undefined
  /** What the token answer says; by default the origin of the request. */
  readonly apiDomain?: string | undefined
  /** What may be changed later, too; `latencyMs` wins over the latency here. */
  readonly settings?: SettingsPatch | undefined
}

/** Assignable at any time. What a hook throws is what the caller of `fetch` sees. */
export type Hooks = {
  /** A call has arrived, and nothing has come of it yet. */
  before?: ((operation: Operation) => void | Promise<void>) | undefined
  /** A call was applied, and its answer has not left yet. */
  after?: ((operation: Operation) => void | Promise<void>) | undefined
}

export type FakeZoho = {
  /**
   * Stands where the platform's `fetch` would. A call whose signal is aborted rejects with the
   * signal's reason, but what has been sent arrives and is applied, as at Zoho.
   */
  readonly fetch: (request: Request) => Promise<Response>
  readonly faults: Faults
  readonly records: Records
  readonly journal: readonly JournalEntry[]
  readonly hooks: Hooks
  readonly settings: SettingsStore
  /** Every access token issued so far is answered INVALID_TOKEN from now on. */
  readonly expireTokens: () => void
}

/** Zoho's REST interface v8 over records in memory, the sample data among them. */
export function makeFakeZoho(options: FakeZohoOptions): FakeZoho {
  const settings = makeSettings({
    ...options.settings,
    latency: { type: 'fixed', ms: options.latencyMs },
  })
  const world = makeWorld(options, settings)
  const faults = makeFaults()
  const journal = makeJournal()
  const hooks: Hooks = {}

  async function answerCall(request: Request): Promise<Response> {
    const call = await readCall(request)
    const operation = operationOf(request, call.bodyText)
    if (options.latencyMs > 0) await options.sleep(options.latencyMs)
    await hooks.before?.(operation)

    const kind = faults.take(operation)
    const { applyAfterMs, leaving } = planOf(kind, operation)
    const apply = prepare(call, operation, world)
    const own = applyAfterMs === 0 ? apply() : undefined
    const answer = leaving === 'own' ? own : leaving
    // Before the hook, which may hold the call for as long as it likes.
    journal.add({
      method: call.method,
      path: call.url.pathname,
      operation,
      status: typeof answer === 'object' ? answer.status : null,
      fault: kind?.type ?? null,
    })
    if (own !== undefined) await hooks.after?.(operation)
    else if (applyAfterMs !== null) void applyLate(applyAfterMs, operation, apply)

    if (typeof answer === 'object') return toResponse(answer)
    if (answer === 'reset') throw new ConnectionReset()
    return new Promise<never>(() => {})
  }

  async function applyLate(afterMs: number, operation: Operation, apply: () => unknown) {
    await options.sleep(afterMs)
    apply()
    await hooks.after?.(operation)
  }

  return {
    async fetch(request) {
      // A request given up before it is sent arrives nowhere.
      request.signal.throwIfAborted()
      return untilAborted(request, answerCall(request))
    },
    faults: { add: faults.add, clear: faults.clear },
    records: world.records,
    journal: journal.entries,
    hooks,
    settings,
    expireTokens: () => world.tokens.expireAll(),
  }
}

/** The fake in the place of the platform's `fetch`. */
export function fetchOf(
  fake: Pick<FakeZoho, 'fetch'>,
): (url: string, init: RequestInit) => Promise<Response> {
  return (url, init) => fake.fetch(new Request(url, init))
}
