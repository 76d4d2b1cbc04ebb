// More callers than there are places: how long the accepted ones wait, and how late the others learn.

import { runProgram } from '../base/run-program.ts'
import type { Subject } from '../base/subject.ts'
import type { BurstPlan, BurstResult } from '../load/burst.ts'
import { SALE_BODY } from './loaded.ts'
import { startSubject } from './running-subject.ts'

export type Burst = BurstResult & { readonly subject: string; readonly callers: number }

export async function measureBurst(
  subject: Subject,
  callers: number,
  { root, spanMs }: { readonly root: string; readonly spanMs: number },
): Promise<Burst> {
  await using running = await startSubject(subject, { crmMs: BURST_CRM_MS, root })
  const { port, headers = {} } = running.ready
  const plan: BurstPlan = { port, headers, body: SALE_BODY, callers, spanMs }
  const result = (await runProgram('load/burst.ts', plan)) as BurstResult
  return { ...result, subject: subject.name, callers }
}

/** Milliseconds of a call: with sales that take no time, no caller would find all places taken. */
const BURST_CRM_MS = 20
