// How long a restart takes until all sales that a dead process left half-finished are settled.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import path from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { median } from '../base/arithmetic.ts'
import { runProgram } from '../base/run-program.ts'
import type { Subject } from '../base/subject.ts'
import { wait } from '../base/wait.ts'
import type { FillPlan } from '../subjects/fill.ts'
import { startSubject } from './running-subject.ts'

export type Recovery = {
  /** Half-finished sales that the restart finds. */
  readonly sales: number
  /** Milliseconds from the start of the process until the last of them is settled. */
  readonly settledMs: number
  /** The same less what a start on an empty log takes. */
  readonly beyondMs: number
}

export type RecoveryPlan = {
  readonly ours: Subject
  readonly sales: readonly number[]
  readonly rounds: number
  readonly root: string
  readonly say: (line: string) => void
}

/** Milliseconds between two looks, and of all looks together. */
const LOOK_EVERY_MS = 10
const LOOKS_MS_MAX = 300_000

export async function measureRecovery(plan: RecoveryPlan): Promise<readonly Recovery[]> {
  const found = [0, ...plan.sales].map((sales) => ({ sales, rounds: [] as number[] }))
  for (let round = 1; round <= plan.rounds; round += 1) {
    for (const { sales, rounds } of found) {
      plan.say(`round ${round} of ${plan.rounds}: a restart with ${sales} half-finished sales`)
      rounds.push(await settledAfter(plan, sales))
    }
  }
  const [empty, ...others] = found.map(({ sales, rounds }) => ({ sales, ms: median(rounds) }))
  return others.map(({ sales, ms }) => ({
    sales,
    settledMs: ms,
    beyondMs: ms - (empty?.ms ?? Number.NaN),
  }))
}

/** Milliseconds from the start; on an empty log until it serves. */
async function settledAfter({ ours, root }: RecoveryPlan, sales: number): Promise<number> {
  mkdirSync(root, { recursive: true })
  const dataDir = mkdtempSync(path.join(root, 'left-'))
  try {
    const plan: FillPlan = { dataDir, sales, isHalf: true }
    await runProgram('subjects/fill.ts', plan)
    const env = { ZOHO_SETTLE_MS: '0' }
    const begin = performance.now()
    await using running = await startSubject(ours, { crmMs: 0, root, dataDir, env })
    if (sales === 0) return running.startMs
    await untilSettled(path.join(dataDir, 'gateway.db'))
    return performance.now() - begin
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
}

async function untilSettled(file: string): Promise<void> {
  const sqlite = new SqliteDatabase(file, { readonly: true })
  const open = sqlite.prepare('select 1 from sale where at_rest = 0 limit 1')
  const end = performance.now() + LOOKS_MS_MAX
  while (open.get() !== undefined) {
    if (performance.now() > end) throw new Error('the sales were not settled in time')
    await wait(LOOK_EVERY_MS)
  }
  sqlite.close()
}
