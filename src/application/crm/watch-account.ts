// Records when the CRM account is shut, and when it is open again, and mails each of them once.

import { type EpochMs, later } from '../../domain/time.ts'
import { STORE_BACKOFF, steady } from '../base/backoff.ts'
import type { Clock } from '../base/clock.port.ts'
import type { Logger } from '../base/logger.port.ts'
import { patiently } from '../base/patiently.ts'
import type { EventLog } from '../log/event-log.port.ts'
import { GATEWAY } from '../log/event-record.ts'
import { commandLines } from '../mail/mail-parts.ts'
import type { NewMail } from '../mail/outbox.port.ts'
import type { AccountLog } from './account-log.port.ts'
import type { CrmAccount } from './crm-account.port.ts'

/** Milliseconds from one look at the account to the next; less where a try is due before. */
const LOOK_EVERY_MS = 1_000

/** The shortest time between two looks, in milliseconds. */
const LOOK_AGAIN_MS = 50

/** Milliseconds from one probe of a shut account to the next. */
const PROBE_EVERY_MS = 60_000

/** Milliseconds before a database that cannot be used is tried again; nobody waits for it. */
const LOG_BACKOFF = steady(STORE_BACKOFF.maxMs)

export interface WatchAccount {
  /**
   * Runs until `stop` is aborted.
   *
   * @throws {AppError} `lost`: the process has to stop.
   */
  run(stop: AbortSignal): Promise<void>
}

export function makeWatchAccount(deps: {
  readonly account: CrmAccount
  readonly accountLog: AccountLog
  readonly eventLog: Pick<EventLog, 'record'>
  readonly clock: Clock
  readonly logger: Logger
  /** The right side of each `Message-ID`. */
  readonly mailDomain: string
  /** What a person types to see what is wrong with the account. */
  readonly checkCommand: string
  /** Called after each mail that was recorded, so that it is sent at once. */
  readonly onMail: () => void
}): WatchAccount {
  const { account, accountLog, eventLog, clock, logger, mailDomain, checkCommand, onMail } = deps
  let isLockedOut = false

  return {
    async run(stop) {
      const onFailure = (err: unknown) => logger.warn({ err }, 'account log not reached')
      await patiently({ clock, backoff: LOG_BACKOFF, stop, onFailure }, () => watch(stop))
    },
  }

  async function watch(stop: AbortSignal): Promise<void> {
    let isShut = (await accountLog.last())?.type === 'CrmAccountShut'
    // This holds after a restart, too: the log has the account shut, and no call has shown anything yet.
    let probeAt = clock.instant()
    while (!stop.aborted) {
      const reason = account.shut()
      if (!isShut && reason !== undefined) {
        await recordShut(reason, clock.now())
        isShut = true
      }
      if (isShut && clock.instant() >= probeAt) {
        probeAt = later(clock.instant(), PROBE_EVERY_MS)
        if (await account.probe()) {
          await recordReopened(clock.now())
          isShut = false
          probeAt = clock.instant()
        }
      }
      // A shut account is left to the probe: only a person can open it.
      if (reason === undefined) await watchLockOut()
      await clock.sleep(pauseMs(), stop)
    }
  }

  function pauseMs(): number {
    const dueInMs = account.lockOut()?.tryInMs ?? LOOK_EVERY_MS
    return Math.min(Math.max(dueInMs, LOOK_AGAIN_MS), LOOK_EVERY_MS)
  }

  /** Says once that the CRM lets no call in, and once that it does, and makes the tries between. */
  async function watchLockOut(): Promise<void> {
    const lockOut = account.lockOut()
    if (lockOut !== undefined && !isLockedOut) {
      logger.warn({ reason: lockOut.reason }, 'the CRM lets no call in')
    }
    if (lockOut === undefined && isLockedOut) logger.info({}, 'the CRM lets calls in again')
    isLockedOut = lockOut !== undefined
    if (lockOut?.tryInMs === 0) await account.tryToEnd()
  }

  async function recordShut(reason: string, at: EpochMs): Promise<void> {
    const mail = accountMail(mailDomain, 'account-shut', at, 'The gateway cannot use the CRM', [
      'New sales are turned away with 503 until this is mended. A mail says when it is over.',
      '',
      `Error Message: ${reason}`,
      '',
      'To see what is wrong, and how to mend it:',
      ...commandLines(checkCommand),
    ])
    await eventLog.record({ type: 'CrmAccountShut', at, data: { reason } }, GATEWAY, [mail])
    logger.error({ reason }, 'the CRM account is shut')
    onMail()
  }

  async function recordReopened(at: EpochMs): Promise<void> {
    const mail = accountMail(
      mailDomain,
      'account-reopened',
      at,
      'The gateway can use the CRM again',
      ['New sales are taken again.', ''],
    )
    await eventLog.record({ type: 'CrmAccountReopened', at, data: {} }, GATEWAY, [mail])
    logger.info({}, 'the CRM account is open again')
    onMail()
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
