import type { Timer } from '../base/clock.port.ts'
import type { DatabaseFiles } from './database-files.port.ts'

/** Milliseconds between two looks at the files. */
const LOOK_EVERY_MS = 1_000

/**
 * Looks every second, until `stop` is aborted, whether the files of the database are still where they
 * were opened: a service that writes nothing must notice it, too.
 *
 * @throws {AppError} `lost` when they are not
 */
export async function watchFiles(
  { files, clock }: { readonly files: Pick<DatabaseFiles, 'moved'>; readonly clock: Timer },
  stop: AbortSignal,
): Promise<void> {
  while (!stop.aborted) {
    await clock.sleep(LOOK_EVERY_MS, stop)
    const moved = files.moved()
    if (moved !== undefined) throw moved
  }
}
