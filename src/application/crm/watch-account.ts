import type { EpochMs } from '../../domain/time.ts'
import { STORE_BACKOFF } from '../base/backoff.ts'
import type { Clock } from '../base/clock.port.ts'
import { errorCode } from '../base/errors.ts'
import type { Logger } from '../base/logger.port.ts'
import type { EventLog } from '../log/event-log.port.ts'
import { GATEWAY } from '../log/event-record.ts'
import type { NewMail } from '../mail/outbox.port.ts'
import type { AccountLog } from './account-log.port.ts'
import type { CrmAccount } from './crm-account.port.ts'

/** How often it is looked whether calls have shown the account to be shut. No call is made for it. */
const LOOK_EVERY_MS = 1_000

/** How often a shut account is tried. */
const PROBE_EVERY_MS = 60_000

/** Tells, once each, that the CRM account cannot be used any more, and that it can be again. */
export interface WatchAccount {
  /** Runs until `stop` is aborted. @throws {AppError} `lost`. */
  run(stop: AbortSignal): Promise<void>
}

export function makeWatchAccount(deps: {
  readonly account: CrmAccount
  readonly accountLog: AccountLog
  readonly eventLog: Pick<EventLog, 'record'>
  readonly clock: Clock
  readonly logger: Logger
  readonly mailDomain: string
  readonly onMail: () => void
}): WatchAccount {
  const { account, accountLog, eventLog, clock, logger, mailDomain, onMail } = deps

  return {
    async run(stop) {
      while (!stop.aborted) {
        try {
          await watch(stop)
        } catch (error) {
          if (errorCode(error) !== 'unavailable') throw error
          logger.warn({ err: error }, 'account log not reached')
          await clock.sleep(STORE_BACKOFF.maxMs, stop)
        }
      }
    },
  }

  async function watch(stop: AbortSignal): Promise<void> {
    let isShut = (await accountLog.last())?.type === 'CrmAccountShut'
    while (!stop.aborted) {
      if (isShut) {
        // Also after a restart, when no call has shown anything yet.
        if (await account.probe()) {
          await tellReopened(clock.now())
          isShut = false
        } else await clock.sleep(PROBE_EVERY_MS, stop)
        continue
      }
      const reason = account.shut()
      if (reason !== undefined) {
        await tellShut(reason, clock.now())
        isShut = true
      } else await clock.sleep(LOOK_EVERY_MS, stop)
    }
  }

  async function tellShut(reason: string, at: EpochMs): Promise<void> {
    const mail = accountMail('account-shut', at, 'The gateway cannot use the CRM', [
      'New sales are turned away with 503 until this is mended. A mail says when it is over.',
      '',
      `Error Message: ${reason}`,
    ])
    await eventLog.record({ type: 'CrmAccountShut', at, data: { reason } }, GATEWAY, [mail])
    logger.error({ reason }, 'the CRM account is shut')
    onMail()
  }

  async function tellReopened(at: EpochMs): Promise<void> {
    const mail = accountMail('account-reopened', at, 'The gateway can use the CRM again', [
      'New sales are taken again.',
    ])
    await eventLog.record({ type: 'CrmAccountReopened', at, data: {} }, GATEWAY, [mail])
    logger.info({}, 'the CRM account is open again')
    onMail()
  }

  function accountMail(
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
      text: [`${subject}.`, '', ...lines, ''].join('\n'),
      createdAt: at,
    }
  }
}
