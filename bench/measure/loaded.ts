// Puts a load on a subject that serves, and reads what the subject used meanwhile.

import { runProgram } from '../base/run-program.ts'
import type { LoadPlan, LoadResult } from '../load/load.ts'
import { type Usage, usageOf } from './process-tree.ts'
import type { RunningSubject } from './running-subject.ts'

/** The sale of the published document. */
export const SALE_BODY = JSON.stringify({
  contactId: '550428000008877665',
  products: [
    { productId: '550428000000111222', quantity: 2 },
    { productId: '550428000000333444', quantity: 5 },
  ],
})

/** One measured span of one subject. */
export type Loaded = {
  /** All that were answered with 200, those of the warm-up included. */
  readonly sales: number
  readonly salesPerSecond: number
  readonly failed: number
  readonly p50: number
  readonly p99: number
  /** Milliseconds of CPU a sale, of the subject's whole tree. */
  readonly cpuMs: number
  readonly writtenKb: number
  /** At the end of the span. */
  readonly pssMb: number
  readonly rssMb: number
}

export type Span = Pick<LoadPlan, 'callers' | 'warmMs' | 'spanMs'>

/** @throws {Error} when no sale was made */
export async function loaded(subject: RunningSubject, span: Span): Promise<Loaded> {
  const { headers = {}, ...where } = subject.ready
  const plan: LoadPlan = { ...where, headers, body: SALE_BODY, ...span }
  let before: Usage | undefined
  let after: Usage | undefined
  const result = await runProgram('load/load.ts', plan, (said) => {
    if (before === undefined && /^begin$/m.test(said)) before = usageOf(subject.pid)
    if (after === undefined && /^end$/m.test(said)) after = usageOf(subject.pid)
  })
  if (before === undefined || after === undefined) throw new Error('the load had no span')
  return usedBy(result as LoadResult, before, after)
}

/**
 * Divides what was used by the sales that were made.
 *
 * @throws {Error} when there were none, so that nothing is divided by zero
 */
export function usedBy(result: LoadResult, before: Usage, after: Usage): Loaded {
  const { sales, all, failed, spanMs, p50, p99 } = result
  if (sales === 0) throw new Error(`no sale was made in ${Math.round(spanMs)} ms`)
  return {
    sales: all,
    salesPerSecond: (sales * 1_000) / spanMs,
    failed,
    p50,
    p99,
    cpuMs: (after.cpuMs - before.cpuMs) / sales,
    writtenKb: (after.writtenBytes - before.writtenBytes) / sales / 1_000,
    pssMb: after.pssBytes / 1_000_000,
    rssMb: after.rssBytes / 1_000_000,
  }
}
