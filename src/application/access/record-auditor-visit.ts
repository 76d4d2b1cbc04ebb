import type { Clock } from '../base/clock.port.ts'
import { errorCode } from '../base/errors.ts'
import type { EventLog } from '../log/event-log.port.ts'
import type { ClientActor } from '../log/event-record.ts'

/**
 * Makes sure that the log says that this key looked today, before it is shown anything. Costs a
 * write for the first look of a key and day, and nothing for the later ones.
 *
 * @param what the path, as the API names it
 * @throws {AppError} `unavailable` or `lost`: a look that cannot be recorded is not given.
 */
export type RecordAuditorVisit = (actor: ClientActor, what: string) => Promise<void>

export function makeRecordAuditorVisit(deps: {
  readonly eventLog: Pick<EventLog, 'recordOnce'>
  readonly clock: Clock
  /** The process must stop and read the log again. */
  readonly onLost: (error: unknown) => void
}): RecordAuditorVisit {
  const { eventLog, clock, onLost } = deps
  let today = ''
  // The keys that are on record for today: at most as many as there are keys.
  const noted = new Set<string>()

  return async function recordAuditorVisit(actor, what) {
    const at = clock.now()
    const day = new Date(at).toISOString().slice(0, 10)
    if (day !== today) {
      today = day
      noted.clear()
    }
    if (noted.has(actor.keyId)) return
    try {
      await eventLog.recordOnce({ type: 'AuditorLooked', at, data: { day, what } }, actor)
    } catch (error) {
      if (errorCode(error) === 'lost') onLost(error)
      throw error
    }
    if (day === today) noted.add(actor.keyId)
  }
}
