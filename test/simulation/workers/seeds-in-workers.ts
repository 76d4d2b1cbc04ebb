// Runs many seeds of the simulation on all cores.
import { Tally } from '../judge/tally.ts'
import { KINDS, type Kind } from './kinds.ts'
import { type Failure, runInWorkers } from './workers.ts'

export type SeedsReport = { readonly tally: Tally; readonly failures: readonly Failure[] }

/**
 * Runs `count` seeds from `first` on, dealt out to processes of this runtime.
 *
 * @param kind in all of them the CRM lies, or several instances serve the database; by default as each seed has it
 * @param onProgress called with all results so far, after each report of a worker
 */
export async function runSeedsInWorkers(
  first: number,
  count: number,
  onProgress: (report: SeedsReport) => void = () => undefined,
  kind: Kind = 'drawn',
): Promise<SeedsReport> {
  const tally = new Tally()
  const failures: Failure[] = []
  await runInWorkers(
    new URL('./seeds-worker.ts', import.meta.url),
    [first, count, KINDS.indexOf(kind)],
    (report) => {
      tally.add(report.counts)
      failures.push(...report.failures)
      onProgress({ tally, failures })
    },
  )
  if (tally.of('seeds') !== count) throw new Error(`${tally.of('seeds')} of ${count} seeds ran`)
  return { tally, failures }
}
