// Two services over one PostgreSQL, before one CRM that counts the calls in flight. Time is the true one: it is a
// real database; nothing here depends on how much of it passes.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type FakeZoho, makeFakeZoho } from '../../../src/adapters/fake-zoho/fake-zoho.ts'
import { NO_FILES } from '../../../src/adapters/sqlite/database/open-files.ts'
import { placesAmong } from '../../../src/infrastructure/service/connect-zoho.ts'
import { POSTGRES } from '../../adapters/postgres/open-stores.ts'
import type { Stores } from '../../support/examples/store-examples.ts'
import { post, SALE, SUCCESS } from '../../support/gateway/http-requests.ts'
import { makeTestService, quickConfig } from '../../support/gateway/test-service.ts'
import { makeTrueTestTime } from '../../support/time/test-time.ts'

const MAX = 3

/** Of each service at once, and in all. */
const [CALLERS, SALES] = [6, 9]

const SETTINGS = {
  CRM: 'zoho',
  ZOHO_DC: 'eu',
  ZOHO_CLIENT_ID: 'client',
  ZOHO_CLIENT_SECRET: 'secret',
  ZOHO_REFRESH_TOKEN: 'refresh',
  ZOHO_MAX_CONCURRENCY: String(MAX),
  ZOHO_REQUEST_TIMEOUT_MS: '10000',
  SALE_DEADLINE_MS: '60000',
}

/** Milliseconds that a call takes at least, so that calls meet. */
const LATENCY_MS = 10

const time = makeTrueTestTime()

/**
 * A CRM that counts the calls in flight, and the requests for a token, which are none of them.
 *
 * @param together answers no call before so many have been there at once
 */
function countingCrm(together = 1) {
  const { referenceField } = quickConfig(SETTINGS).zoho
  const fake = makeFakeZoho({ ...time.clock, referenceField, latencyMs: LATENCY_MS })
  let [inFlight, most, tokens] = [0, 0, 0]
  const { promise: met, resolve: letGo } = Promise.withResolvers<void>()
  const counting: FakeZoho = {
    ...fake,
    async fetch(request) {
      if (new URL(request.url).pathname.startsWith('/oauth/')) {
        tokens += 1
        return fake.fetch(request)
      }
      inFlight += 1
      most = Math.max(most, inFlight)
      if (most >= together) letGo()
      try {
        await met
        return await fake.fetch(request)
      } finally {
        inFlight -= 1
      }
    },
  }
  return { fake: counting, counted: () => ({ most, tokens }) }
}

/** A service over one connection to the database. */
async function serveOver(stores: Stores, fake: FakeZoho, shares: boolean) {
  const config = quickConfig(SETTINGS)
  const { clock } = time
  const logger = { info() {}, warn() {}, error() {} }
  const places = placesAmong({ config, desk: stores.places, leaseMs: 10_000, clock, logger })
  const store = { ...stores, files: NO_FILES, close: async () => undefined }
  const t = await makeTestService(SETTINGS, { store, fake, time, ...(shares ? { places } : {}) })
  const key = await t.key('acme', 'sales:create')
  let left = SALES
  return {
    /** Makes all its sales. */
    async sell(): Promise<void> {
      const sellOn = async () => {
        while (left > 0) {
          left -= 1
          assert.equal((await post(t, key, SALE)).body, SUCCESS)
        }
      }
      await Promise.all(Array.from({ length: CALLERS }, sellOn))
    },
    async [Symbol.asyncDispose]() {
      await t[Symbol.asyncDispose]()
      await places.end()
    },
  }
}

async function countedBy(shares: boolean, together?: number) {
  await using database = await POSTGRES.shared()
  await using one = await database.connect()
  await using other = await database.connect()
  const crm = countingCrm(together)
  {
    await using first = await serveOver(one, crm.fake, shares)
    await using second = await serveOver(other, crm.fake, shares)
    await Promise.all([first.sell(), second.sell()])
  }
  const after = await one.places.ask({
    holder: 'test',
    max: MAX,
    keep: 0,
    needed: MAX,
    wanted: MAX,
    keptMs: 0,
  })
  assert.equal(after.places, MAX, 'who stops gives its places back')
  return crm.counted()
}

describe('Two services over one database', () => {
  it('have no more calls in flight than one may have, one token, and complete all sales', async () => {
    assert.deepEqual(await countedBy(true), { most: MAX, tokens: 1 })
  })

  it('would be found out if each took all places for itself', async () => {
    assert.ok((await countedBy(false, MAX + 1)).most > MAX)
  })
})
