// All that one run measured. A part that was not asked for is missing.

import type { Burst } from './burst.ts'
import type { Growth } from './growth.ts'
import type { Machine } from './machine.ts'
import type { Memory } from './memory.ts'
import type { Gate, Overhead } from './overhead.ts'
import type { Recovery } from './recovery.ts'
import type { Syncs } from './syncs.ts'
import type { Throughput } from './throughput.ts'

export type Results = {
  readonly machine: Machine
  readonly rounds: number
  /** Milliseconds of each measured span. */
  readonly spanMs: number
  readonly throughput?: Throughput
  readonly syncs?: readonly Syncs[]
  readonly overhead?: readonly Overhead[]
  readonly gate?: Gate
  /** Writes that one caller waits for. */
  readonly waits?: number
  readonly growth?: readonly Growth[]
  readonly recovery?: readonly Recovery[]
  readonly burst?: readonly Burst[]
  readonly memory?: readonly Memory[]
}
