/**
 * DBOS Transact for TypeScript over PostgreSQL, as a subject of the harness: one workflow a sale, its steps as DBOS steps.
 *
 * What is set, and why:
 * - The workflow is called, not put on a queue: a queue costs one more write a sale, and a poll.
 * - The pool has 32 connections instead of 10: under 64 callers more of them find a place in one sync
 *   of PostgreSQL's log. More than that brings nothing on a small machine.
 * - The database is reached by its socket. Its settings are in `parts/postgres.ts`; every commit waits
 *   for its sync.
 * - All else is as DBOS comes. It writes seven times a sale: its start with the input, the five steps, its end.
 */

import process from 'node:process'
import { DBOS } from '@dbos-inc/dbos-sdk'
import { serve } from './parts/front.ts'
import { startPostgres } from './parts/postgres.ts'
import { SALE_STEPS, type SaleBody } from './parts/sale-steps.ts'

const POOL_SIZE = 32

const createSale = DBOS.registerWorkflow(
  async (sale: SaleBody) => {
    for (const step of SALE_STEPS) await DBOS.runStep(() => step.work(sale), { name: step.name })
  },
  { name: 'createSale' },
)

const postgres = await startPostgres(process.env['DATA_DIR'] ?? '')
DBOS.setConfig({
  name: 'bench',
  systemDatabaseUrl: postgres.url,
  systemDatabasePoolSize: POOL_SIZE,
  logLevel: 'warn',
})
await DBOS.launch()

await serve({
  createSale: (sale) => createSale(sale),
  stop: async () => {
    await DBOS.shutdown()
    await postgres.stop()
  },
})
