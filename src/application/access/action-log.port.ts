import type { ClientActor } from '../log/event-record.ts'
import type { AuditorLooked, SignInsFailed } from '../log/service-events.ts'

/** What was done beside the sales, in the same log; keys made and revoked are `KeyStore`'s. */
export interface ActionLog {
  /**
   * Records the look, unless one of the same key and day is in the log.
   *
   * @throws {AppError} `unavailable` when nothing was stored; `lost` when nobody knows.
   */
  recordLook(look: AuditorLooked, actor: ClientActor): Promise<void>

  /** @throws {AppError} `unavailable` when nothing was stored; `lost` when nobody knows. */
  recordFailedSignIns(failed: SignInsFailed): Promise<void>
}
