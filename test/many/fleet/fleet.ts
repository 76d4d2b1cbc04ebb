// Several gateways over one PostgreSQL, which share a fake Zoho, a mail server and their callers.

import assert from 'node:assert/strict'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { GatewayProcess } from '../../../src/infrastructure/demo/gateway-process.ts'
import { type LaunchOptions, makeSite, type Site, type Verdict } from '../../crash/site/site.ts'
import { durablePostgres } from '../../infrastructure/cli/postgres/durable-postgres.ts'
import { runGateway } from '../../support/gateway/run-gateway.ts'
import { queryOnce, type TestPostgres } from '../../support/postgres/test-postgres.ts'

/** Short, and three renewals in it are far enough apart for a loaded machine. */
export const LEASE_MS = 1_500

/** Longer than the records of a fault are late. */
export const SETTLE_MS = 1_000

/** What a process had sent to the mail server when it was killed is there after so many milliseconds. */
const MAIL_ARRIVES_MS = 200

const DONE_POLL_MS = 20
const DONE_TRIES_MAX = 3_000

/** Gateways that serve one database, each with a folder of its own. */
export type Fleet = Omit<Site, 'rest'> & {
  /** The database, without a proxy. */
  readonly database: string
  /** The same for the gateway of this number, which is part of the name of its folder. */
  startOne(number: number, more?: LaunchOptions): Promise<GatewayProcess>
  /** So many gateways, numbered from 0. */
  startAll(count: number): Promise<readonly GatewayProcess[]>
  /** Runs one query beside the gateways. */
  query(text: string): Promise<readonly Readonly<Record<string, unknown>>[]>
  /** Waits, without a request to a gateway, until no sale is unfinished and no mail waits. */
  untilDone(over?: AbortSignal): Promise<void>
  /** Waits until all is at rest, judges it by way of one of the gateways, and verifies the log. */
  judgeAtRest(url: string): Promise<Verdict>
}

/** @param options.through where the gateways reach the database, given its own URL; by default there */
export async function makeFleet(
  options: {
    readonly server?: TestPostgres
    readonly through?: (database: string) => string
    readonly settings?: Readonly<Record<string, string>>
  } = {},
): Promise<Fleet> {
  const postgres = options.server ?? (await durablePostgres())
  const database = await postgres.newDatabase()
  const DATABASE_URL = options.through?.(database) ?? database
  const site = await makeSite({
    smtp: {},
    settings: {
      DATABASE_URL,
      SALE_LEASE_MS: String(LEASE_MS),
      ZOHO_SETTLE_MS: String(SETTLE_MS),
      // A take-over takes up to two leases, and the sale goes on after it.
      SALE_DEADLINE_MS: '20000',
      ...options.settings,
    },
  })
  const key = { AUDIT_KEY_FILE: path.join(site.folder, 'audit.key') }
  const settingsOf = (number: number) => ({
    ...key,
    DATA_DIR: path.join(site.folder, `gateway-${number}`),
  })
  const query = (text: string) => queryOnce(database, text)

  const fleet: Fleet = {
    ...site,
    get kills() {
      return site.kills
    },
    database,
    query,
    async kill(gateway) {
      await gateway.kill()
      await fleet.died({ ended: Promise.resolve(null) })
    },
    async died({ ended }) {
      await ended
      // The other gateways go on sending mails, so there is no moment without a connection.
      await sleep(MAIL_ARRIVES_MS)
      site.interrupted()
    },
    startOne: (number, more = {}) =>
      site.start({ ...more, settings: { ...settingsOf(number), ...more.settings } }),
    async startAll(count) {
      // The first one makes the signing key, which the others have to find.
      const first = await fleet.startOne(0)
      const others = Array.from({ length: count - 1 }, (_, index) => fleet.startOne(index + 1))
      return [first, ...(await Promise.all(others))]
    },
    async untilDone(over) {
      for (let tries = 0; tries < DONE_TRIES_MAX && over?.aborted !== true; tries += 1) {
        if ((await leftIn(query)) === 0) return
        await sleep(DONE_POLL_MS)
      }
      if (over?.aborted !== true) throw new Error('the sales did not come to their ends in time')
    },
    async judgeAtRest(url) {
      await site.settle(url)
      const verdict = await site.judge(url)
      const settings = { ...site.settings, ...settingsOf(0) }
      const { code, stdout, stderr } = await runGateway(['audit', 'verify'], settings)
      assert.equal(code, 0, stdout + stderr)
      return verdict
    },
  }
  return fleet
}

async function leftIn(query: Fleet['query']): Promise<number> {
  const [row] = await query(
    `select (select count(*) from sale where at_rest = 0)
          + (select count(*) from outbox where sent_at is null) as left`,
  )
  return Number(row?.['left'])
}
