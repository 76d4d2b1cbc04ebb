// Sales a second and what they cost, of every subject at every load, in interleaved rounds.

import type { Subject } from '../base/subject.ts'
import { diskSync, settleDisk } from './disk-sync.ts'
import { type Loaded, loaded } from './loaded.ts'
import { bytesKept } from './process-tree.ts'
import { startSubject } from './running-subject.ts'

export type ThroughputPlan = {
  readonly subjects: readonly Subject[]
  readonly crmMs: readonly number[]
  readonly callers: readonly number[]
  readonly rounds: number
  /** Milliseconds before a measured span, and of the span. */
  readonly warmMs: number
  readonly spanMs: number
  readonly root: string
  /** Takes one line of progress. */
  readonly say: (line: string) => void
}

/** All rounds of one subject under one load. */
export type Cell = {
  readonly subject: string
  readonly crmMs: number
  readonly callers: number
  readonly rounds: Loaded[]
}

export type Throughput = {
  readonly cells: readonly Cell[]
  /** Kilobytes a sale that are on the disk after the subject has ended; one number a round. */
  readonly keptKb: readonly { subject: string; crmMs: number; rounds: number[] }[]
  /** Syncs a second of the disk; one number a round. */
  readonly diskSyncs: readonly number[]
  /** What could not be measured, and why. */
  readonly left: readonly string[]
}

/** Milliseconds for the count of the disk's own syncs. */
const DISK_SPAN_MS = 1_000

/** Runs A B C, A B C, …, so that what the machine does meanwhile meets all alike. */
export async function measureThroughput(plan: ThroughputPlan): Promise<Throughput> {
  const cells = new Map<string, Cell>()
  const kept = new Map<string, { subject: string; crmMs: number; rounds: number[] }>()
  const diskSyncs: number[] = []
  const left: string[] = []
  for (let round = 1; round <= plan.rounds; round += 1) {
    diskSyncs.push(diskSync(plan.root, DISK_SPAN_MS))
    for (const crmMs of plan.crmMs) {
      for (const subject of plan.subjects) {
        if (subject.isInstant && crmMs > 0) continue
        plan.say(`round ${round} of ${plan.rounds}: ${subject.name}, CRM ${crmMs} ms`)
        try {
          await measureOne(subject, crmMs)
        } catch (error) {
          const why = `${subject.name}, CRM ${crmMs} ms, in round ${round}: ${String(error)}`
          left.push(why)
          plan.say(`left out: ${why}`)
        }
      }
    }
  }
  return {
    cells: [...cells.values()],
    keptKb: [...kept.values()],
    diskSyncs,
    left,
  }

  async function measureOne(subject: Subject, crmMs: number): Promise<void> {
    settleDisk()
    await using running = await startSubject(subject, { crmMs, root: plan.root })
    const before = bytesKept(running.dataDir)
    let sales = 0
    for (const callers of plan.callers) {
      const one = await loaded(running, { callers, warmMs: plan.warmMs, spanMs: plan.spanMs })
      sales += one.sales
      const name = `${subject.name} ${crmMs} ${callers}`
      const cell = cells.get(name) ?? { subject: subject.name, crmMs, callers, rounds: [] }
      cell.rounds.push(one)
      cells.set(name, cell)
    }
    await running.stop()
    const name = `${subject.name} ${crmMs}`
    const entry = kept.get(name) ?? { subject: subject.name, crmMs, rounds: [] }
    entry.rounds.push((bytesKept(running.dataDir) - before) / sales / 1_000)
    kept.set(name, entry)
  }
}
