// Many callers at once, as a process of its own: each opens a new connection for every sale.

import process from 'node:process'
import { percentile } from '../base/arithmetic.ts'
import { planGiven, printResult } from '../base/run-program.ts'
import { wait } from '../base/wait.ts'
import { type Answered, makeCaller, type Request } from './caller.ts'

export type BurstPlan = Request & {
  readonly callers: number
  readonly spanMs: number
}

/** Milliseconds are from the opening of the connection to the last byte of the answer. */
export type BurstResult = {
  readonly accepted: number
  readonly acceptedP99: number
  /** Answers with 503. */
  readonly turnedAway: number
  readonly turnedAwayP99: number
  readonly turnedAwayMax: number
  /** Other answers, and connections that were cut. */
  readonly failed: number
}

/** Milliseconds that a caller who was turned away waits: the least that `Retry-After` can name. */
const RETRY_AFTER_MS = 1_000

if (import.meta.main) {
  printResult(await burst(planGiven<BurstPlan>()))
  process.exit(0)
}

/** Every answer counts whose request left within the span, however late it comes. */
export async function burst(plan: BurstPlan): Promise<BurstResult> {
  const answered: Answered[] = []
  const end = performance.now() + plan.spanMs
  const loops = Array.from({ length: plan.callers }, async () => {
    while (performance.now() < end) {
      const caller = makeCaller(plan)
      const answer = await caller.call()
      caller.close()
      answered.push(answer)
      if (answer.status !== 200) await wait(RETRY_AFTER_MS)
    }
  })
  await Promise.all(loops)
  const timesOf = (status: number) =>
    answered.filter((one) => one.status === status).map(({ ms }) => ms)
  const accepted = timesOf(200)
  const turnedAway = timesOf(503)
  return {
    accepted: accepted.length,
    acceptedP99: percentile(accepted, 99),
    turnedAway: turnedAway.length,
    turnedAwayP99: percentile(turnedAway, 99),
    turnedAwayMax: Math.max(0, ...turnedAway),
    failed: answered.length - accepted.length - turnedAway.length,
  }
}
