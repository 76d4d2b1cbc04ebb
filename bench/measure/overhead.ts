// What the gateway adds to the calls of a sale: time at one and at many callers, and idle places in a gate.

import { median } from '../base/arithmetic.ts'
import { runProgram } from '../base/run-program.ts'
import type { Subject } from '../base/subject.ts'
import type { BareLoopsPlan, BareLoopsResult } from '../subjects/bare-loops.ts'
import { loaded } from './loaded.ts'
import { startSubject } from './running-subject.ts'

export type OverheadPlan = {
  readonly ours: Subject
  readonly floor: Subject
  readonly rounds: number
  readonly spanMs: number
  readonly root: string
}

/** Medians of all rounds, in milliseconds. */
export type Overhead = {
  readonly callers: number
  readonly oursP50: number
  readonly bareP50: number
  /** Of the floor's own sale, at one caller and with calls that are answered at once. */
  readonly floorP50: number
}

/** Milliseconds of each of the four calls that follow one another. */
const CALL_MS = 50

export async function measureOverhead(
  { ours, floor, rounds, spanMs, root }: OverheadPlan,
  callersAsked: readonly number[],
): Promise<readonly Overhead[]> {
  const floors: number[] = []
  const found = callersAsked.map((callers) => ({
    callers,
    ours: [] as number[],
    bare: [] as number[],
  }))
  for (let round = 0; round < rounds; round += 1) {
    floors.push(await p50Of(floor, 0, 1))
    for (const one of found) {
      const { callers } = one
      one.bare.push(
        (await bareLoops({ loops: callers, crmMs: CALL_MS, gate: 0, warmMs: spanMs / 2, spanMs }))
          .p50,
      )
      one.ours.push(await p50Of(ours, CALL_MS, callers))
    }
  }
  return found.map((one) => ({
    callers: one.callers,
    oursP50: median(one.ours),
    bareP50: median(one.bare),
    floorP50: median(floors),
  }))

  async function p50Of(subject: Subject, crmMs: number, callers: number): Promise<number> {
    await using running = await startSubject(subject, { crmMs, root })
    return (await loaded(running, { callers, warmMs: spanMs / 2, spanMs })).p50
  }
}

/** The time that is added, in p50s of the floor's own sale. */
export function addedInFloors({ oursP50, bareP50, floorP50 }: Overhead): number {
  return (oursP50 - bareP50) / floorP50
}

export type Gate = {
  /** The share of all places and of all time in which a call is in flight. */
  readonly ours: number
  readonly bare: number
}

const GATE = { places: 10, callMs: 20, callers: 64 }

/** Calls of one sale: two reads and three creates. */
const CALLS = 5

export async function measureGate({ ours, rounds, spanMs, root }: OverheadPlan): Promise<Gate> {
  const shares = { ours: [] as number[], bare: [] as number[] }
  for (let round = 0; round < rounds; round += 1) {
    const { places: gate, callMs: crmMs, callers } = GATE
    const bare = await bareLoops({ loops: callers, crmMs, gate, warmMs: spanMs / 2, spanMs })
    shares.bare.push(shareOf(bare.salesPerSecond))
    await using running = await startSubject(ours, { crmMs, root, env: { GATE: String(gate) } })
    const { salesPerSecond } = await loaded(running, { callers, warmMs: spanMs / 2, spanMs })
    shares.ours.push(shareOf(salesPerSecond))
  }
  return { ours: median(shares.ours), bare: median(shares.bare) }
}

function shareOf(salesPerSecond: number): number {
  return (salesPerSecond * CALLS * GATE.callMs) / 1_000 / GATE.places
}

/**
 * Milliseconds of each call, and by which every write is made slower, so that a wait for it stands out.
 * A write that overlaps a call must take less than the call, or a part of it counts.
 */
const WAITS = { callMs: 150, commitMs: 100 }

/** The writes that one caller waits for one after the other, beside the four calls. */
export async function measureWaits({ ours, spanMs, root }: OverheadPlan): Promise<number> {
  const { callMs: crmMs, commitMs } = WAITS
  // A sale takes a second, so a span of the usual length would hold few.
  const span = { callers: 1, warmMs: spanMs / 2, spanMs: 2 * spanMs }
  const p50Of = async (env: Readonly<Record<string, string>>) => {
    await using running = await startSubject(ours, { crmMs, root, env })
    return (await loaded(running, span)).p50
  }
  const slow = await p50Of({ COMMIT_MS: String(commitMs) })
  return (slow - (await p50Of({}))) / commitMs
}

async function bareLoops(plan: BareLoopsPlan): Promise<BareLoopsResult> {
  return (await runProgram('subjects/bare-loops.ts', plan)) as BareLoopsResult
}
