// The fake Zoho put together, as a function.
import { makeChance } from './answer/chance.ts'
import { type Hooks, makeHandleRequest } from './answer/handle-request.ts'
import { makeJournal } from './answer/journal.ts'
import { makeRateLimits } from './answer/rate-limits.ts'
import type { FakeControls } from './control/control.ts'
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
  /** How long each call takes to arrive, in milliseconds; 0 for no wait at all. */
  readonly latencyMs: number
  /** Live records that a module keeps; of more, the oldest are forgotten. Without it, all. */
  readonly recordsKeptMax?: number | undefined
  /** The credentials that the token endpoint accepts. One that is left out may be any text. */
  readonly credentials?: Credentials | undefined
  /** The `api_domain` of a token answer; by default the origin of the request. */
  readonly apiDomain?: string | undefined
  /** Settings that differ from the defaults. A `latency` among them overrides `latencyMs`. */
  readonly settings?: SettingsPatch | undefined
}

/** Zoho's REST interface as a function, and what a test may look at and change. */
export type FakeZoho = FakeControls & {
  /**
   * Takes the place of the platform's `fetch`. When the signal of a call is aborted, it rejects
   * with the reason of the signal; but the call was sent, so it is still applied, as at Zoho.
   */
  readonly fetch: (request: Request) => Promise<Response>
  /** Answers a request on the control path, which is no part of Zoho. */
  readonly control: (request: Request) => Promise<Response>
  readonly hooks: Hooks
}

/** Zoho's REST interface v8 over records in memory, which begin with the sample data. */
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
      // A request that is aborted before it is sent never arrives.
      request.signal.throwIfAborted()
      return abortable(request, handleRequest(request))
    },
    faults: { add: faults.add, clear: faults.clear },
    records: world.records,
    states: world.states,
    journal: journal.entries,
    hooks,
    settings,
    makeGrantCode: world.tokens.makeGrantCode,
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
  return {
    ...fake,
    async control(request) {
      // Its schemas are loaded by the first call: the service, which has no control path, does not.
      const { makeControl } = await import('./control/control.ts')
      return makeControl(fake, world)(request)
    },
  }
}

/** The fake as a function of the same shape as `fetch`. */
export function fetchOf(
  fake: Pick<FakeZoho, 'fetch'>,
): (url: string, init: RequestInit) => Promise<Response> {
  return (url, init) => fake.fetch(new Request(url, init))
}
