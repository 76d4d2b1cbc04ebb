// The load, as a process of its own: so many callers in a closed loop, a warm-up, a measured span.

import process from 'node:process'
import { percentile } from '../base/arithmetic.ts'
import { planGiven, printResult } from '../base/run-program.ts'
import { wait } from '../base/wait.ts'
import { type Answered, makeCaller, type Request } from './caller.ts'

export type LoadPlan = Request & {
  /** Ports over which the callers are spread; left out where there is one. */
  readonly ports?: readonly number[]
  readonly callers: number
  readonly warmMs: number
  readonly spanMs: number
}

/** What was answered in the measured span. */
export type LoadResult = {
  /** Answers with 200 from the first to the last, before and after the span included. */
  readonly all: number
  /** Answers with 200 in the span. */
  readonly sales: number
  /** Any other answer, and connections that were cut. */
  readonly failed: number
  readonly spanMs: number
  readonly p50: number
  readonly p99: number
}

/** Milliseconds that a caller waits after an answer that is none of a sale. */
const PAUSE_AFTER_FAILURE_MS = 20

if (import.meta.main) {
  printResult(await run(planGiven<LoadPlan>(), (name) => void process.stdout.write(`${name}\n`)))
  process.exit(0)
}

/** @param onSpan is called with `begin` and `end` of the measured span */
export async function run(plan: LoadPlan, onSpan: (name: string) => void): Promise<LoadResult> {
  const answered: Answered[] = []
  let all = 0
  let phase: 'warm' | 'span' | 'over' = 'warm'
  const { ports = [plan.port] } = plan
  const callers = Array.from({ length: plan.callers }, (_, at) =>
    makeCaller({ ...plan, port: ports[at % ports.length] ?? plan.port }),
  )
  const loops = callers.map(async ({ call, close }) => {
    while (phase !== 'over') {
      const answer = await call()
      if (phase === 'span') answered.push(answer)
      if (answer.status === 200) all += 1
      else await wait(PAUSE_AFTER_FAILURE_MS)
    }
    close()
  })
  await wait(plan.warmMs)
  phase = 'span'
  const begin = performance.now()
  onSpan('begin')
  await wait(plan.spanMs)
  phase = 'over'
  const spanMs = performance.now() - begin
  onSpan('end')
  await Promise.all(loops)
  const sold = answered.filter(({ status }) => status === 200).map(({ ms }) => ms)
  return {
    all,
    sales: sold.length,
    failed: answered.length - sold.length,
    spanMs,
    p50: percentile(sold, 50),
    p99: percentile(sold, 99),
  }
}
