// What the tests of the fake Zoho share: a clock, a world, and the calls to it.
import assert from 'node:assert/strict'
import {
  type FakeZoho,
  type FakeZohoOptions,
  makeFakeZoho,
} from '../../../src/adapters/fake-zoho/fake-zoho.ts'
import { asObject, type Json, own, parseJson } from '../../../src/adapters/fake-zoho/schema/json.ts'

export const ORIGIN = 'https://zoho.test'
export const REFERENCE_FIELD = 'Gateway_Reference'

/** 2026-03-01T10:00:00Z */
export const NOW_MS = 1_772_359_200_000

/** A clock that stands still until a test moves it. Sleepers wake in the order of their times. */
export function makeManualClock() {
  let nowMs = NOW_MS
  let sleepers: readonly { readonly atMs: number; readonly wake: () => void }[] = []
  return {
    now: () => nowMs,
    sleep(ms: number): Promise<void> {
      const { promise, resolve } = Promise.withResolvers<void>()
      sleepers = [...sleepers, { atMs: nowMs + ms, wake: resolve }]
      return promise
    },
    async advance(ms: number): Promise<void> {
      // Lets a call that was just started reach its sleep first.
      await turns()
      nowMs += ms
      const due = sleepers.filter(({ atMs }) => atMs <= nowMs).sort((a, b) => a.atMs - b.atMs)
      sleepers = sleepers.filter(({ atMs }) => atMs > nowMs)
      for (const { wake } of due) wake()
      await turns()
    },
  }
}

const TURNS = 5

/** Waits until everything has run that waits for promises only. */
export async function turns(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 0))
  }
}

/** An answer: the status and the JSON, `undefined` when there is no body. */
export type Reply = { readonly status: number; readonly body: Json | undefined }

export async function replyOf(response: Response): Promise<Reply> {
  const text = await response.text()
  return { status: response.status, body: text === '' ? undefined : parseJson(text) }
}

/** The value at a path such as `at(body, 'data', 0, 'id')`; `null` where there is none. */
export function at(value: Json | undefined, ...path: readonly (string | number)[]): Json {
  let inner: Json = value ?? null
  for (const key of path) {
    inner = Array.isArray(inner)
      ? (inner[Number(key)] ?? null)
      : own(asObject(inner) ?? {}, `${key}`)
  }
  return inner
}

export type Session = {
  readonly fake: FakeZoho
  readonly clock: ReturnType<typeof makeManualClock>
  /** Makes a request with a valid token. An object becomes JSON. */
  readonly request: (
    method: string,
    path: string,
    body?: Json,
    signal?: AbortSignal | null,
  ) => Request
  /** Sends that request and reads the answer. */
  readonly call: (method: string, path: string, body?: Json) => Promise<Reply>
  readonly query: (select: string) => Promise<Reply>
}

/** Makes a fake and takes a token from it; its journal begins with that call. */
export async function openSession(options: Partial<FakeZohoOptions> = {}): Promise<Session> {
  const clock = makeManualClock()
  const fake = makeFakeZoho({
    now: clock.now,
    sleep: clock.sleep,
    referenceField: REFERENCE_FIELD,
    latencyMs: 0,
    ...options,
  })
  const taken = takeToken(fake)
  await clock.advance(options.latencyMs ?? 0)
  const token = await taken
  const request: Session['request'] = (method, path, body, signal = null) =>
    new Request(`${ORIGIN}${path}`, {
      method,
      headers: { authorization: `Zoho-oauthtoken ${token}` },
      body: body === undefined ? null : JSON.stringify(body),
      signal,
    })
  const call: Session['call'] = async (method, path, body) =>
    replyOf(await fake.fetch(request(method, path, body)))
  const query = (select: string) => call('POST', '/crm/v8/coql', { select_query: select })
  return { fake, clock, request, call, query }
}

export const GRANT = {
  grant_type: 'refresh_token',
  client_id: 'client',
  client_secret: 'secret',
  refresh_token: 'refresh',
}

export async function takeToken(fake: FakeZoho): Promise<string> {
  const body = new URLSearchParams(GRANT)
  const response = await fake.fetch(
    new Request(`${ORIGIN}/oauth/v2/token`, { method: 'POST', body }),
  )
  const token = at((await replyOf(response)).body, 'access_token')
  assert.ok(typeof token === 'string')
  return token
}

export const DEAL = { Deal_Name: 'Sale 1', Stage: 'Qualification', Closing_Date: '2026-03-31' }

/** Creates one record and returns its id. */
export async function create(session: Session, module: string, record: Json): Promise<string> {
  const { status, body } = await session.call('POST', `/crm/v8/${module}`, { data: [record] })
  assert.equal(status, 201, JSON.stringify(body))
  const id = at(body, 'data', 0, 'details', 'id')
  assert.ok(typeof id === 'string')
  return id
}
