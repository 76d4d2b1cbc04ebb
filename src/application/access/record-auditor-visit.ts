import type { WallClock } from '../base/clock.port.ts'
import { errorCode } from '../base/errors.ts'
import type { EventLog } from '../log/event-log.port.ts'
import type { ClientActor } from '../log/event-record.ts'

/**
 * Records that this key was used today to read what belongs to every client, before it is shown
 * anything. The first visit of a key and day costs a write, the later ones nothing.
 *
 * @param what the path, as the API names it
 * @throws {AppError} `unavailable` or `lost`: a visit that cannot be recorded is turned away.
 */
export type RecordAuditorVisit = (actor: ClientActor, what: string) => Promise<void>

export function makeRecordAuditorVisit(deps: {
  readonly eventLog: Pick<EventLog, 'recordOnce'>
  readonly clock: WallClock
  /** Nobody knows what is on disk: the process must stop and read the log again. */
  readonly onLost: (error: unknown) => void
}): RecordAuditorVisit {
  const { eventLog, clock, onLost } = deps
  let today = ''
  // The keys whose visit of today is recorded: never more than there are keys.
  const recorded = new Set<string>()

  return async function recordAuditorVisit(actor, what) {
    const at = clock.now()
    const day = new Date(at).toISOString().slice(0, 10)
    if (day !== today) {
      today = day
      recorded.clear()
    }
    if (recorded.has(actor.keyId)) return
    try {
      await eventLog.recordOnce({ type: 'AuditorLooked', at, data: { day, what } }, actor)
    } catch (error) {
      if (errorCode(error) === 'lost') onLost(error)
      throw error
    }
    if (day === today) recorded.add(actor.keyId)
  }
}
