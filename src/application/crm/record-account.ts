// Records that the CRM account is shut, or open again: once, whoever else finds the same, with a mail.

import type { EpochMs } from '../../domain/time.ts'
import type { Logger } from '../base/logger.port.ts'
import type { EventLog } from '../log/event-log.port.ts'
import { GATEWAY } from '../log/event-record.ts'
import { commandLines } from '../mail/mail-parts.ts'
import type { NewMail } from '../mail/outbox.port.ts'

export interface RecordAccount {
  /** @throws {AppError} as `EventLog` */
  shut(reason: string, at: EpochMs): Promise<void>

  /** @throws {AppError} as `EventLog` */
  reopened(at: EpochMs): Promise<void>
}

export type RecordAccountDeps = {
  readonly eventLog: Pick<EventLog, 'recordOnce'>
  readonly logger: Logger
  /** The right side of each `Message-ID`. */
  readonly mailDomain: string
  /** What a person types to see what is wrong with the account. */
  readonly checkCommand: string
  /** Called after each mail that was recorded, so that it is sent at once. */
  readonly onMail: () => void
}

export function makeRecordAccount(deps: RecordAccountDeps): RecordAccount {
  const { eventLog, logger, mailDomain, checkCommand, onMail } = deps

  return {
    async shut(reason, at) {
      const mail = accountMail(mailDomain, 'account-shut', at, 'The gateway cannot use the CRM', [
        'New sales are turned away with 503 until this is mended. A mail says when it is over.',
        '',
        `Error Message: ${reason}`,
        '',
        'To see what is wrong, and how to mend it:',
        ...commandLines(checkCommand),
      ])
      const event = { type: 'CrmAccountShut', at, data: { reason } } as const
      if (!(await eventLog.recordOnce(event, GATEWAY, [mail]))) return
      logger.error({ reason }, 'the CRM account is shut')
      onMail()
    },

    async reopened(at) {
      const mail = accountMail(
        mailDomain,
        'account-reopened',
        at,
        'The gateway can use the CRM again',
        ['New sales are taken again.', ''],
      )
      const event = { type: 'CrmAccountReopened', at, data: {} } as const
      if (!(await eventLog.recordOnce(event, GATEWAY, [mail]))) return
      logger.info({}, 'the CRM account is open again')
      onMail()
    },
  }
}

function accountMail(
  mailDomain: string,
  name: string,
  at: EpochMs,
  subject: string,
  lines: readonly string[],
): NewMail {
  return {
    messageId: `${name}.${at}@${mailDomain}`,
    about: 'account',
    saleId: null,
    subject,
    text: [`${subject}.`, '', ...lines].join('\n'),
    createdAt: at,
  }
}
