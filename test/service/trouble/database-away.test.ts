// A database on another machine that takes nothing for a while: new sales are told to come again, running ones wait.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Client } from 'pg'
import { makeFakeZoho } from '../../../src/adapters/fake-zoho/fake-zoho.ts'
import { connect, migratedDatabase } from '../../adapters/postgres/open-stores.ts'
import { errorMessage, post, SALE, SUCCESS } from '../../support/gateway/http-requests.ts'
import { makeTestService } from '../../support/gateway/test-service.ts'
import { assertTreeIsThatOfTheEvents } from '../../support/log/assert-tree.ts'
import { type CutProxy, openCutProxy } from '../../support/postgres/cut-proxy.ts'
import { sharedPostgres } from '../../support/postgres/test-postgres.ts'
import { makeTrueTestTime } from '../../support/time/test-time.ts'
import { assertWholeOrNothing } from '../../support/whole-or-nothing.ts'

/** Milliseconds of a call to the CRM: a sale is still under way when the database goes. */
const CALL_MS = 100

/** Short, so that a test does not wait for them; a sale waits longer than all of them. */
const LIMITS = {
  connectMs: 500,
  poolWaitMs: 400,
  lockMs: 1_000,
  transactionIdleMs: 500,
  answerMs: 2_000,
}

const SETTINGS = {
  SALE_DEADLINE_MS: '60000',
  ZOHO_REQUEST_TIMEOUT_MS: '3000',
  ZOHO_SETTLE_MS: '100',
  LOG_LEVEL: 'debug',
}

/** What a fault does to the database, and what ends it. `ask` runs as a superuser, past the proxy. */
type Fault = readonly [
  /** In the log lines of the service. */
  why: RegExp,
  begin: (ask: (text: string) => Promise<unknown>, proxy: CutProxy) => Promise<unknown>,
  end: (ask: (text: string) => Promise<unknown>, proxy: CutProxy) => Promise<unknown>,
]

const OTHERS = `select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid()`

/** Tries of a lock that meets the statements of a group in a circle. */
const LOCK_TRIES_MAX = 10

async function lockAll(ask: (text: string) => Promise<unknown>): Promise<void> {
  const lock =
    'lock table log_head, event, sale, api_key, idempotency_claim in access exclusive mode'
  for (let tries = 1; ; tries += 1) {
    try {
      await ask('begin')
      await ask(lock)
      return
    } catch (error) {
      await ask('rollback')
      if (tries === LOCK_TRIES_MAX) throw error
    }
  }
}

const FAULTS: Readonly<Record<string, Fault>> = {
  'has a full disk (53100)': [
    /the disk of the database is full/,
    (ask) =>
      ask(`create function no_room() returns trigger language plpgsql as
        $$ begin raise exception 'could not extend file' using errcode = '53100'; end $$;
        create trigger no_room before insert on event for each statement execute function no_room()`),
    (ask) => ask('drop trigger no_room on event'),
  ],
  'has no connection left (53300)': [
    /the database has no connection left/,
    async (ask) => {
      await ask(
        `do $$ begin execute format('alter database %I connection limit 0', current_database()); end $$`,
      )
      await ask(OTHERS)
    },
    (ask) =>
      ask(
        `do $$ begin execute format('alter database %I connection limit -1', current_database()); end $$`,
      ),
  ],
  'may only be read after a failover (25006)': [
    /the database may only be read at present/,
    async (ask) => {
      await ask(
        `do $$ begin execute format('alter database %I set default_transaction_read_only = on', current_database()); end $$`,
      )
      await ask(OTHERS)
    },
    (ask) =>
      ask(`set transaction_read_only = off;
        do $$ begin execute format('alter database %I reset default_transaction_read_only', current_database()); end $$`),
  ],
  'ends all connections as an administrator does (57P01), and is gone': [
    /the database is stopping or starting/,
    async (ask, proxy) => {
      proxy.refuse()
      await ask(OTHERS)
    },
    async (_, proxy) => proxy.accept(),
  ],
  'keeps every statement waiting, until the pool is exhausted': [
    /no connection was free in time/,
    lockAll,
    (ask) => ask('rollback'),
  ],
}

/** A service over a database behind a proxy. */
async function setUp(end: Fault[2]) {
  const direct = await migratedDatabase(sharedPostgres())
  const admin = new Client(direct)
  // Its statements fail with the same error; an event that nobody hears would end the process.
  admin.on('error', () => {})
  await admin.connect()
  await admin.query(`do $$ begin
    if not exists (select from pg_roles where rolname = 'served') then create role served login; end if;
    grant all on all tables in schema public to served;
    grant all on all sequences in schema public to served;
  end $$`)
  const proxy = await openCutProxy(direct)
  const url = Object.assign(new URL(proxy.url(direct)), { username: 'served' }).href
  const { [Symbol.asyncDispose]: close, database, ...ports } = connect(url, LIMITS)
  const store = { ...ports, files: database.files, close: async () => undefined }
  const time = makeTrueTestTime()
  const { clock } = time
  const fake = makeFakeZoho({ ...clock, referenceField: 'Gateway_Reference', latencyMs: CALL_MS })
  const service = await makeTestService(SETTINGS, { store, time, fake })
  return {
    service,
    store: ports,
    proxy,
    ask: (text: string) => admin.query(text),
    async [Symbol.asyncDispose]() {
      // In a test that failed, the fault still lasts, and a sale may wait for its end.
      await end((text) => admin.query(text), proxy).catch(() => undefined)
      await service[Symbol.asyncDispose]()
      await close()
      await admin.end()
      await proxy[Symbol.asyncDispose]()
    },
  }
}

describe('A database that', () => {
  for (const [name, [why, begin, end]] of Object.entries(FAULTS)) {
    it(`${name}: new sales get 503 and when to come again, a running one goes on, nothing is doubled`, async () => {
      await using place = await setUp(end)
      const { service: t, store, proxy, ask } = place
      const key = await t.key('shop', 'sales:create')
      const running = post(t, key, SALE, { 'idempotency-key': 'running' })
      const isUnderWay = () => t.fake.journal.some(({ operation }) => operation === 'create:Deals')
      await t.time.until('a sale is under way', isUnderWay)
      await begin(ask, proxy)
      const fresh = Array.from({ length: 6 }, (_, index) =>
        post(t, key, SALE, { 'idempotency-key': `new-${index}` }),
      )
      for (const answer of await Promise.all(fresh)) {
        assert.equal(answer.statusCode, 503, answer.body)
        assert.match(errorMessage(answer), /./)
        assert.match(String(answer.headers['retry-after']), /^[1-9]\d*$/)
      }
      await end(ask, proxy)
      assert.equal((await running).body, SUCCESS)
      const again = await post(t, key, SALE, { 'idempotency-key': 'new-0' })
      assert.equal(again.body, SUCCESS)
      const { sales } = await store.saleReader.list({ limit: 9 })
      assert.equal(sales.length, 2)
      for (const sale of sales) assertWholeOrNothing(t.fake.records, sale)
      await assertTreeIsThatOfTheEvents(store)
      assert.deepEqual(t.lost, [])
      assert.match(t.logLines.join(''), why)
    })
  }
})
