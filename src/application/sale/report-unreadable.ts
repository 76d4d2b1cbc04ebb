import type { SaleId } from '../../domain/ids.ts'
import type { Clock } from '../base/clock.port.ts'
import { errorCode, type UnreadableError } from '../base/errors.ts'
import type { Logger } from '../base/logger.port.ts'
import type { EventLog } from '../log/event-log.port.ts'
import { GATEWAY } from '../log/event-record.ts'
import type { NewMail } from '../mail/outbox.port.ts'

/**
 * Tells of a sale whose events cannot be read: a log line each time, an event and a mail once.
 * Says whether these are on record; `false` while the database cannot take them.
 */
export type ReportUnreadable = (saleId: SaleId, error: UnreadableError) => Promise<boolean>

export function makeReportUnreadable(deps: {
  readonly eventLog: Pick<EventLog, 'recordOnce'>
  readonly clock: Clock
  readonly logger: Logger
  /** What stands behind the `@` of a message id. */
  readonly mailDomain: string
  /** Told when a mail was put into the outbox. */
  readonly onMail: () => void
}): ReportUnreadable {
  const { eventLog, clock, logger, mailDomain, onMail } = deps

  return async function reportUnreadable(saleId, error) {
    logger.error({ err: error, saleId }, 'sale cannot be read: not carried on')
    const at = clock.now()
    const { position } = error
    const mail: NewMail = {
      messageId: `${saleId}.unreadable@${mailDomain}`,
      about: 'unreadable',
      saleId,
      subject: `Sale ${saleId} cannot be read: a person is needed`,
      text: [
        'The log of a sale cannot be read, so the sale is not carried on. What it has in the CRM',
        'stays there. Other sales go on. When the log can be read again, the next start or',
        `"gateway sales resume ${saleId}" takes the sale up.`,
        '',
        `Error Message: ${error.message}`,
        `Sale ID: ${saleId}`,
        '',
      ].join('\n'),
      createdAt: at,
    }
    try {
      const event = { type: 'SaleUnreadable', at, data: { saleId, position } } as const
      if (await eventLog.recordOnce(event, GATEWAY, [mail])) onMail()
      return true
    } catch (failure) {
      if (errorCode(failure) !== 'unavailable') throw failure
      logger.warn({ err: failure, saleId }, 'that the sale cannot be read is not recorded yet')
      return false
    }
  }
}
