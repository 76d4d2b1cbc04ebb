// The calls of a sale and nothing else: so many loops of sleeps, through a gate where there is one.

import process from 'node:process'
import { percentile } from '../base/arithmetic.ts'
import { planGiven, printResult } from '../base/run-program.ts'
import { wait } from '../base/wait.ts'
import { callOf, throughGate } from './port-crm.ts'

export type BareLoopsPlan = {
  readonly loops: number
  readonly crmMs: number
  /** Calls in flight at most; 0 is without a limit. */
  readonly gate: number
  /** Milliseconds before the measured span, and of the span. */
  readonly warmMs: number
  readonly spanMs: number
}

export type BareLoopsResult = {
  readonly salesPerSecond: number
  /** Milliseconds of one round of calls. */
  readonly p50: number
}

/** Creates of a sale, one after the other, after two reads at the same time. */
const CREATES = 3

const { loops, crmMs, gate, warmMs, spanMs } = planGiven<BareLoopsPlan>()
const call = gate === 0 ? callOf(crmMs) : throughGate(gate, callOf(crmMs))
const times: number[] = []
let phase: 'warm' | 'span' | 'over' = 'warm'

async function loop(): Promise<void> {
  while (phase !== 'over') {
    const begin = performance.now()
    await Promise.all([call(), call()])
    for (let create = 0; create < CREATES; create += 1) await call()
    if (phase === 'span') times.push(performance.now() - begin)
  }
}

const running = Array.from({ length: loops }, loop)
await wait(warmMs)
phase = 'span'
await wait(spanMs)
phase = 'over'
await Promise.all(running)
printResult({
  salesPerSecond: (times.length * 1_000) / spanMs,
  p50: percentile(times, 50),
})
process.exit(0)
