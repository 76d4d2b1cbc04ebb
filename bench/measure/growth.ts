// What a long log costs: sales a second and the start, on an empty log and on long ones.

import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import path from 'node:path'
import { median } from '../base/arithmetic.ts'
import { runProgram } from '../base/run-program.ts'
import type { Subject } from '../base/subject.ts'
import { EVENTS_OF_A_SALE, type FillPlan } from '../subjects/fill.ts'
import { settleDisk } from './disk-sync.ts'
import { loaded } from './loaded.ts'
import { startSubject } from './running-subject.ts'

export type Growth = {
  /** Events of the log at the start. */
  readonly events: number
  readonly salesPerSecond: number
  /** Milliseconds from the start of the process until it serves. */
  readonly startMs: number
}

export type GrowthPlan = {
  readonly ours: Subject
  /** Ascending; 0 is an empty log. */
  readonly events: readonly number[]
  readonly rounds: number
  readonly spanMs: number
  readonly root: string
  readonly say: (line: string) => void
}

const CALLERS = 64

/** Each round starts on a copy, so that all rounds find logs of the same length. */
export async function measureGrowth(plan: GrowthPlan): Promise<readonly Growth[]> {
  const { ours, rounds, spanMs, root, say } = plan
  mkdirSync(root, { recursive: true })
  const folder = mkdtempSync(path.join(root, 'filled-'))
  const found = plan.events.map((events) => ({
    events,
    filled: path.join(folder, String(events)),
    sales: [] as number[],
    starts: [] as number[],
  }))
  try {
    let before: (typeof found)[number] | undefined
    for (const one of found) {
      say(`a log of ${one.events} events`)
      await fillOn(before, one)
      before = one
    }
    for (let round = 1; round <= rounds; round += 1) {
      for (const { events, filled, sales, starts } of found) {
        say(`round ${round} of ${rounds}: ${events} events`)
        const dataDir = path.join(folder, 'run')
        cpSync(filled, dataDir, { recursive: true })
        settleDisk()
        await using running = await startSubject(ours, { crmMs: 0, root, dataDir })
        const span = { callers: CALLERS, warmMs: spanMs / 2, spanMs }
        sales.push((await loaded(running, span)).salesPerSecond)
        starts.push(running.startMs)
        await running.stop()
        rmSync(dataDir, { recursive: true })
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return found.map(({ events, sales, starts }) => ({
    events,
    salesPerSecond: median(sales),
    startMs: median(starts),
  }))
}

type Filled = { readonly events: number; readonly filled: string }

/** A longer log begins as a copy of the shorter one. */
async function fillOn(before: Filled | undefined, { events, filled }: Filled): Promise<void> {
  if (before === undefined) mkdirSync(filled, { recursive: true })
  else cpSync(before.filled, filled, { recursive: true })
  const sales = Math.ceil((events - (before?.events ?? 0)) / EVENTS_OF_A_SALE)
  const plan: FillPlan = { dataDir: filled, sales, isHalf: false }
  if (sales > 0) await runProgram('subjects/fill.ts', plan)
}
