import { makeAnswerCall } from './calls/answer-call.ts'
import { makeGate } from './calls/gate.ts'
import { type JournalEntry, makeJournal } from './calls/journal.ts'
import type { Operation } from './calls/operation.ts'
import { makeControl } from './control/control.ts'
import type { Records } from './data/records.ts'
import { makeChance } from './faults/chance.ts'
import { type Faults, makeFaults } from './faults/faults.ts'
import { untilAborted } from './faults/until-aborted.ts'
import type { Credentials } from './tokens/tokens.ts'
import { makeSettings, type SettingsPatch, type SettingsStore } from './world/settings.ts'
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
  /** Answers a request on the control path, which is no part of Zoho. */
  readonly control: (request: Request) => Promise<Response>
  readonly faults: Faults
  readonly records: Records
  readonly journal: readonly JournalEntry[]
  readonly hooks: Hooks
  readonly settings: SettingsStore
  /** Every access token issued so far is answered INVALID_TOKEN from now on. */
  readonly expireTokens: () => void
  readonly clearJournal: () => void
  /**
   * As it was when it was made: the sample data, the first settings, no faults, no tokens, no
   * journal. What was to be applied later is not. The hooks stay.
   */
  readonly reset: () => void
}

/** Zoho's REST interface v8 over records in memory, the sample data among them. */
export function makeFakeZoho(options: FakeZohoOptions): FakeZoho {
  const { now, latencyMs } = options
  const settings = makeSettings({ latency: { type: 'fixed', ms: latencyMs }, ...options.settings })
  const world = makeWorld(options, settings)
  const [faults, journal, chance] = [makeFaults(), makeJournal(), makeChance(settings)]
  const gate = makeGate(now, settings)
  const hooks: Hooks = {}
  let resets = 0

  const answerCall = makeAnswerCall({
    ...options,
    world,
    faults,
    journal,
    chance,
    gate,
    hooks,
    resets: () => resets,
  })

  const fake = {
    async fetch(request: Request): Promise<Response> {
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
    clearJournal: () => journal.clear(),
    reset() {
      resets += 1
      settings.reset()
      world.reset()
      faults.clear()
      journal.clear()
      chance.restart()
      gate.reset()
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
