import type { NewMail } from '../mail/outbox.port.ts'
import type { Actor } from './event-record.ts'
import type { AccountEvent, OnceEvent, ServiceEvent } from './service-events.ts'

/**
 * Records the events that belong to no sale, with the mails about them. An event
 * that changes with a row of another table (a key, a sent mail) is recorded by the port of that table.
 */
export interface EventLog {
  /**
   * Records the event and puts its mails into the outbox, both or neither. When it returns they
   * survive a power cut.
   *
   * @returns the position of the event in the log
   * @throws {AppError} `unavailable` when nothing was stored; `lost` when nobody knows.
   */
  record(
    event: Exclude<ServiceEvent, OnceEvent>,
    actor: Actor,
    mails?: readonly NewMail[],
  ): Promise<number>

  /**
   * The same for an event that the log holds once: one `AuditorLooked` for each key and day, one
   * `SaleUnreadable` for each sale; and an event of the account only after one of the other kind. Of several
   * calls at the same moment, one records.
   *
   * @returns whether it was recorded; `false` where the log holds it already: no mail is put out
   * @throws {AppError} `unavailable` when nothing was stored; `lost` when nobody knows.
   */
  recordOnce(
    event: OnceEvent | AccountEvent,
    actor: Actor,
    mails?: readonly NewMail[],
  ): Promise<boolean>
}
