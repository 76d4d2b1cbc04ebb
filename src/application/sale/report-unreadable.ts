// Reports a sale whose events cannot be read: in the log, by a mail, and in a log line.
import type { SaleId } from '../../domain/ids.ts'
import { STORE_BACKOFF } from '../base/backoff.ts'
import type { Clock } from '../base/clock.port.ts'
import type { UnreadableError } from '../base/errors.ts'
import type { Logger } from '../base/logger.port.ts'
import { patiently } from '../base/patiently.ts'
import type { EventLog } from '../log/event-log.port.ts'
import { GATEWAY } from '../log/event-record.ts'
import { commandLines, linkLines } from '../mail/mail-parts.ts'
import type { NewMail } from '../mail/outbox.port.ts'

/**
 * Writes a log line each time, and records the event and the mail once.
 *
 * @param stop while the database is unavailable, recording is retried until `stop` is aborted.
 *   Without it there is one attempt, and the next one who finds the sale reports it.
 */
export type ReportUnreadable = (
  saleId: SaleId,
  error: UnreadableError,
  stop?: AbortSignal,
) => Promise<void>

export function makeReportUnreadable(deps: {
  readonly eventLog: Pick<EventLog, 'recordOnce'>
  readonly clock: Clock
  readonly logger: Logger
  /** What stands behind the `@` of a message id. */
  readonly mailDomain: string
  /** Where people reach the gateway; without it the mail has no link. */
  readonly publicUrl?: string | undefined
  /** Called when a mail was put into the outbox. */
  readonly onMail: () => void
}): ReportUnreadable {
  const { eventLog, clock, logger, mailDomain, publicUrl, onMail } = deps

  return async function reportUnreadable(saleId, error, stop = AbortSignal.abort()) {
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
        'stays there. Other sales go on.',
        '',
        `Error Message: ${error.message}`,
        `Sale ID: ${saleId}`,
        ...linkLines(publicUrl, saleId),
        '',
        'What to do: leave the files as they are. To see what is damaged; and, when the log can be read',
        'again, to have the sale taken up without a restart:',
        ...commandLines('gateway audit verify', `gateway sales resume ${saleId}`),
      ].join('\n'),
      createdAt: at,
    }
    const event = { type: 'SaleUnreadable', at, data: { saleId, position } } as const
    const onFailure = (err: unknown) =>
      logger.warn({ err, saleId }, 'that the sale cannot be read is not recorded yet')
    await patiently({ clock, backoff: STORE_BACKOFF, stop, onFailure }, async () => {
      if (await eventLog.recordOnce(event, GATEWAY, [mail])) onMail()
    })
  }
}
