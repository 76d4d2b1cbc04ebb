// Memory of the program as it is started: at rest, and after many callers.

import type { Subject } from '../base/subject.ts'
import { wait } from '../base/wait.ts'
import { loaded } from './loaded.ts'
import { usageOf } from './process-tree.ts'
import { startSubject } from './running-subject.ts'

export type Memory = {
  readonly subject: string
  readonly startMs: number
  readonly idlePssMb: number
  readonly idleRssMb: number
  /** Right after the last answer. */
  readonly loadedRssMb: number
}

/** Milliseconds after which a service that nobody calls counts as idle. */
const REST_MS = 3_000
const CALLERS = 256
const MEGA = 1_000_000

export async function measureMemory(
  subject: Subject,
  { root, spanMs }: { readonly root: string; readonly spanMs: number },
): Promise<Memory> {
  // The first start of a checkout compiles the source, and keeps what came of it for all later ones.
  await (await startSubject(subject, { crmMs: 0, root }))[Symbol.asyncDispose]()
  await using running = await startSubject(subject, { crmMs: 0, root })
  await wait(REST_MS)
  const idle = usageOf(running.pid)
  await loaded(running, { callers: CALLERS, warmMs: 0, spanMs })
  const after = usageOf(running.pid)
  return {
    subject: subject.name,
    startMs: running.startMs,
    idlePssMb: idle.pssBytes / MEGA,
    idleRssMb: idle.rssBytes / MEGA,
    loadedRssMb: after.rssBytes / MEGA,
  }
}
