import { makeChance } from './answer/chance.ts'
import { type Hooks, makeHandleRequest } from './answer/handle-request.ts'
import { makeJournal } from './answer/journal.ts'
import { makeRateLimits } from './answer/rate-limits.ts'
import { makeControl, type Steerable } from './control/control.ts'
import { makeFaults } from './faults/faults.ts'
import { abortable } from './wire/abortable.ts'
import { makeSettings, type SettingsPatch } from './world/settings.ts'
import type { Credentials } from './world/tokens.ts'
import { makeWorld } from './world/world.ts'

export type FakeZohoOptions = {
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number
  /** Resolves after `ms` milliseconds, or early when `signal` is aborted. Never rejects. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>
  /** API name of the unique text field of Deals, Quotes and Sales_Orders. */
  readonly referenceField: string
  /** How long each call takes to arrive; 0 for no wait at all. */
  readonly latencyMs: number
  /** The only ones that the token endpoint takes; of those left out, it takes any. */
  readonly credentials?: Credentials | undefined
  /** What the token answer says; by default the origin of the request. */
  readonly apiDomain?: string | undefined
  /** What can be changed later, too. A latency in here is taken for `latencyMs`. */
  readonly settings?: SettingsPatch | undefined
}

/** Zoho's REST interface as a function, and all that a test may look at and change. */
export type FakeZoho = Steerable & {
  /**
   * Stands where the platform's `fetch` would. A call whose signal is aborted rejects with the
   * signal's reason, but what has been sent arrives and is applied, as at Zoho.
   */
  readonly fetch: (request: Request) => Promise<Response>
  /** Answers a request on the control path, which is no part of Zoho. */
  readonly control: (request: Request) => Promise<Response>
  readonly hooks: Hooks
}

/** Zoho's REST interface v8 over records in memory, the sample data among them. */
export function makeFakeZoho(options: FakeZohoOptions): FakeZoho {
  const { now, latencyMs } = options
  const settings = makeSettings({ latency: { type: 'fixed', ms: latencyMs }, ...options.settings })
  const world = makeWorld(options, settings)
  const [faults, journal, chance] = [makeFaults(), makeJournal(), makeChance(settings)]
  const rateLimits = makeRateLimits(now, settings)
  const hooks: Hooks = {}
  let resets = 0

  const handleRequest = makeHandleRequest({
    ...options,
    world,
    faults,
    journal,
    chance,
    rateLimits,
    hooks,
    resets: () => resets,
  })

  const fake = {
    async fetch(request: Request): Promise<Response> {
      // A request given up before it is sent arrives nowhere.
      request.signal.throwIfAborted()
      return abortable(request, handleRequest(request))
    },
    faults: { add: faults.add, clear: faults.clear },
    records: world.records,
    journal: journal.entries,
    hooks,
    settings,
    expireTokens: () => world.tokens.expireAll(),
    clearJournal: () => journal.clear(),
    reset() {
      resets += 1
      settings.reset()
      world.reset()
      faults.clear()
      journal.clear()
      chance.restart()
      rateLimits.reset()
    },
  }
  return { ...fake, control: makeControl(fake, world) }
}

/** The fake in the place of the platform's `fetch`. */
export function fetchOf(
  fake: Pick<FakeZoho, 'fetch'>,
): (url: string, init: RequestInit) => Promise<Response> {
  return (url, init) => fake.fetch(new Request(url, init))
}
