// The HTTP interface by which a test in another process changes the fake.
import type { JournalEntry } from '../answer/journal.ts'
import { type Faults, RULES_MAX } from '../faults/faults.ts'
import { type Json, parseJson } from '../schema/json.ts'
import { moduleNamed } from '../schema/modules.ts'
import type { GrantRequest } from '../world/grant-codes.ts'
import type { RecordStates } from '../world/record-states.ts'
import type { Records } from '../world/records.ts'
import { seedRecords } from '../world/seed-records.ts'
import type { SettingsStore } from '../world/settings.ts'
import type { World } from '../world/world.ts'
import {
  GrantCodeRequest,
  RuleList,
  RuleRequest,
  SeedRequest,
  SettingsRequest,
  StateRequest,
} from './control-schemas.ts'
import { validationMessage } from './validation-message.ts'

/** The control path. No path of Zoho begins like this. */
export const CONTROL_PATH = '/__control/'

/** What a test, or the control path, may look at and change. */
export type FakeControls = {
  readonly faults: Faults
  readonly records: Records
  readonly states: RecordStates
  readonly journal: readonly JournalEntry[]
  readonly settings: SettingsStore
  /** Makes a grant code, as a person does in the API console. */
  readonly makeGrantCode: (request: GrantRequest) => string
  /** Makes every access token issued so far invalid: it is answered INVALID_TOKEN. */
  readonly expireTokens: () => void
  readonly clearJournal: () => void
  /**
   * Returns the fake to its beginning: the sample data, the first settings, no faults, no tokens,
   * no journal. A call that was to be applied later is dropped. The hooks stay.
   */
  readonly reset: () => void
}

type Action = (request: Request, url: URL) => Promise<Response> | Response

/** Answers a request on the control path. JSON in and out; a 400 names the member that is wrong. */
export function makeControl(
  fake: FakeControls,
  world: World,
): (request: Request) => Promise<Response> {
  const actions: Readonly<Record<string, Action>> = {
    'GET journal': () => Response.json({ entries: fake.journal }),
    'DELETE journal': () => done(fake.clearJournal),
    'POST faults': (request) => addFaults(fake, request),
    'DELETE faults': () => done(fake.faults.clear),
    'GET settings': () => Response.json(fake.settings.current),
    'POST settings': (request) => changeSettings(fake, request),
    'POST expire-tokens': () => done(fake.expireTokens),
    'POST grant-codes': (request) => makeGrantCode(fake, request),
    'GET records': (_request, url) => listRecords(fake, url),
    'POST records': (request) => addRecords(world, request),
    'POST record-states': (request) => setStates(fake, request),
    'POST reset': () => done(fake.reset),
  }
  return async (request) => {
    const url = new URL(request.url)
    const name = url.pathname.slice(CONTROL_PATH.length)
    const action = Object.entries(actions).find(([key]) => key === `${request.method} ${name}`)
    if (action !== undefined) return action[1](request, url)
    const known = Object.keys(actions).join(', ')
    return Response.json({ error: `control: is none of ${known}` }, { status: 404 })
  }
}

function done(act: () => void): Response {
  act()
  return new Response(null, { status: 204 })
}

function wrong(problem: string): Response {
  return Response.json({ error: problem }, { status: 400 })
}

async function bodyOf(request: Request): Promise<Json | undefined> {
  return parseJson(await request.text())
}

/** Takes one rule or a list. `times` may be "forever", because JSON has no Infinity. */
async function addFaults({ faults }: FakeControls, request: Request): Promise<Response> {
  const body = await bodyOf(request)
  // As `unknown`, because the type of the schemas would otherwise be joined with that of JSON.
  const given: unknown = body
  const rules = RuleList.Check(given) ? given : RuleRequest.Check(given) ? [given] : undefined
  if (rules === undefined) {
    return wrong(validationMessage(Array.isArray(body) ? RuleList : RuleRequest, body))
  }
  try {
    for (const { times, ...rule } of rules) {
      faults.add({ ...rule, times: times === 'forever' ? Number.POSITIVE_INFINITY : times })
    }
  } catch (error) {
    if (error instanceof RangeError) return wrong(`faults: over ${RULES_MAX} rules`)
    throw error
  }
  return Response.json({ added: rules.length }, { status: 201 })
}

async function changeSettings({ settings }: FakeControls, request: Request): Promise<Response> {
  const body = await bodyOf(request)
  if (!SettingsRequest.Check(body)) return wrong(validationMessage(SettingsRequest, body))
  settings.change(body)
  return Response.json(settings.current)
}

function listRecords({ records }: FakeControls, url: URL): Response {
  const module = moduleNamed(url.searchParams.get('module') ?? undefined)
  if (module === undefined) return wrong('module: must be one of the modules')
  return Response.json({ live: records.live(module), bin: records.bin(module) })
}

async function addRecords(world: World, request: Request): Promise<Response> {
  const body = await bodyOf(request)
  if (!SeedRequest.Check(body)) return wrong(validationMessage(SeedRequest, body))
  const seeded = seedRecords(body, world)
  return 'problem' in seeded
    ? wrong(seeded.problem)
    : Response.json({ ids: seeded.ids }, { status: 201 })
}

/** Sets the state of records, of live ones and of those still to come. */
async function setStates({ states }: FakeControls, request: Request): Promise<Response> {
  const body = await bodyOf(request)
  if (!StateRequest.Check(body)) return wrong(validationMessage(StateRequest, body))
  for (const id of body.ids) states.set(id, body.state)
  return new Response(null, { status: 204 })
}

/** Takes scopes as the API console does: one text, with commas. */
async function makeGrantCode(fake: FakeControls, request: Request): Promise<Response> {
  const body = await bodyOf(request)
  if (!GrantCodeRequest.Check(body)) return wrong(validationMessage(GrantCodeRequest, body))
  const scopes = body.scope?.split(',').map((scope) => scope.trim())
  const code = fake.makeGrantCode({ scopes, lifeMs: body.lifeMs })
  return Response.json({ code }, { status: 201 })
}
