/**
 * OpenWorkflow as a subject of the harness: one workflow a sale, its steps as OpenWorkflow's. `BACKEND` says over what: `postgres`, which its documentation recommends for production, or `sqlite`, "for single-server deployments".
 *
 * What is set, and why:
 * - PostgreSQL: the pool has 32 connections instead of 10, so that under 64 callers more of them find a place
 *   in one sync of the log. It is reached by its socket; its settings are in `parts/postgres.ts`.
 * - SQLite: nothing. It comes with a write-ahead log and a sync for each commit (`synchronous` is FULL).
 * - Its worker polls for runs every 0.1 to 1 s and its client for results every second, so that one caller
 *   would wait for more than a second and 64 callers would sell at most 64 a second. That is not what
 *   its storage can do. Here each request has a worker of its own look at once (`tick`), and hears of the
 *   end of its run when the backend has stored it.
 * - All else is as it comes. It writes thirteen times a sale: the run, its claim, each step twice, its end.
 */

import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { OpenWorkflow } from 'openworkflow'
import type { Backend } from 'openworkflow/internal'
import { BackendPostgres } from 'openworkflow/postgres'
import { BackendSqlite } from 'openworkflow/sqlite'
import postgresDriver from 'postgres'
import { serve } from './parts/front.ts'
import { startPostgres } from './parts/postgres.ts'
import { SALE_STEPS, type SaleBody } from './parts/sale-steps.ts'

const POOL_SIZE = 32

/** As many sales can be under way; no load of the harness has so many callers. */
const WORKERS = 512

/** A worker looks for a run for this long, in milliseconds. */
const CLAIM_LIMIT_MS = 30_000

/** Pause after a look that found none, because another worker was a moment ahead, in milliseconds. */
const LOOK_MS = 1

/** Hears from the backend how a run ended. */
type Waiting = {
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

/** The backend, which reports each stored end of a run to who waits for it. */
function reporting(backend: Backend, waiting: ReadonlyMap<string, Waiting>): Backend {
  const complete = backend.completeWorkflowRun.bind(backend)
  backend.completeWorkflowRun = async (params) => {
    const run = await complete(params)
    waiting.get(params.workflowRunId)?.resolve()
    return run
  }
  const fail = backend.failWorkflowRun.bind(backend)
  backend.failWorkflowRun = async (params) => {
    const run = await fail(params)
    waiting.get(params.workflowRunId)?.reject(new Error(JSON.stringify(params.error)))
    return run
  }
  return backend
}

/** The backend, and how it ends with all that was started for it. */
type Store = { readonly backend: Backend; stop(): Promise<void> }

async function postgresStore(folder: string): Promise<Store> {
  const postgres = await startPostgres(folder)
  Object.assign(process.env, postgres.environment)
  // Makes the tables. Its own pool cannot be given a size, so it is closed again.
  await (await BackendPostgres.connect('postgresql:///postgres')).stop()
  const pool = postgresDriver({
    database: 'postgres',
    max: POOL_SIZE,
    transform: { column: { from: postgresDriver.toCamel } },
  })
  const stop = async () => {
    await pool.end({ timeout: 1 })
    await postgres.stop()
  }
  return { backend: BackendPostgres.fromPool(pool), stop }
}

function sqliteStore(folder: string): Store {
  const backend = BackendSqlite.connect(join(folder, 'openworkflow.db'))
  return { backend, stop: () => backend.stop() }
}

const dataDir = process.env['DATA_DIR'] ?? ''
const isSqlite = process.env['BACKEND'] === 'sqlite'
const { backend, stop } = isSqlite ? sqliteStore(dataDir) : await postgresStore(dataDir)
const waiting = new Map<string, Waiting>()
const client = new OpenWorkflow({ backend: reporting(backend, waiting) })
const sales = client.defineWorkflow<SaleBody, void>(
  { name: 'createSale' },
  async ({ input, step }) => {
    for (const { name, work } of SALE_STEPS) await step.run({ name }, () => work(input))
  },
)
const idle = Array.from({ length: WORKERS }, () => client.newWorker({ concurrency: 1 }))

/** One idle worker takes one run: this request's, or that of another whose worker then takes this one's. */
async function takeOne(): Promise<void> {
  const worker = idle.shift()
  if (worker === undefined) throw new Error('no worker is idle')
  try {
    for (const end = Date.now() + CLAIM_LIMIT_MS; (await worker.tick()) === 0; ) {
      if (Date.now() > end) throw new Error('no run was found to take')
      await sleep(LOOK_MS)
    }
  } finally {
    idle.push(worker)
  }
}

async function createSale(sale: SaleBody): Promise<void> {
  const { workflowRun } = await sales.run(sale)
  const ended = new Promise<void>((resolve, reject) => {
    waiting.set(workflowRun.id, { resolve, reject })
  })
  try {
    await Promise.all([takeOne(), ended])
  } finally {
    waiting.delete(workflowRun.id)
  }
}

await serve({ createSale, stop })
