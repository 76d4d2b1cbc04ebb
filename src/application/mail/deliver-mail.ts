// The delivery of the mails in the outbox, in the background.

import { LONG_AGO, msBetween, plusMs } from '../../domain/time.ts'
import { backoffMs, MAIL_BACKOFF, STORE_BACKOFF } from '../base/backoff.ts'
import type { Clock } from '../base/clock.port.ts'
import { AppError } from '../base/errors.ts'
import type { Logger } from '../base/logger.port.ts'
import { patiently } from '../base/patiently.ts'
import type { InstanceNumber } from '../instances/instances.port.ts'
import type { OwnLease } from '../instances/lease.ts'
import type { Mailer } from './mailer.port.ts'
import { makeNoteRefused } from './note-refused.ts'
import type { HandedOver, Outbox, WaitingMail } from './outbox.port.ts'

/** Mails read from the outbox at once. */
const BATCH_MAX = 20

/** Milliseconds between two looks at the outbox, should a wake-up be missed. */
const IDLE_MAX_MS = 60_000

/**
 * Looks in a lease, where several instances serve the database. A wake-up reaches its own process only: the
 * mails of one that died are found by a look, within two leases of its last renewal.
 */
const LOOKS_IN_A_LEASE = 3

/**
 * Milliseconds from a start until all that waits is tried, where several instances serve the database. Not
 * at once: another one may have been refused by the mail server just now.
 */
const SHARED_START_MS = 60_000

/** The log line of a mail that is sent. */
const SENT_LINES: Readonly<Record<HandedOver['way'], string>> = {
  smtp: 'mail accepted',
  files: 'mail written to a file: nobody is sent it',
}

/** Sends the mails of the outbox for as long as the process lives. */
export interface DeliverMail {
  /** To be called when a mail was put into the outbox. */
  wake(): void

  /** Runs until `stop` is aborted, then finishes the mail that is being sent. @throws {AppError} `lost`. */
  run(stop: AbortSignal): Promise<void>
}

export function makeDeliverMail(deps: {
  readonly outbox: Outbox
  readonly mailer: Mailer
  readonly clock: Clock
  readonly logger: Logger
  /** Set where several instances serve the database: each mail is claimed by the one that sends it. */
  readonly lease?: Pick<OwnLease, 'number' | 'holds' | 'leaseMs'> | undefined
}): DeliverMail {
  const { outbox, mailer, clock, logger, lease } = deps
  const noteRefused = makeNoteRefused({ clock, logger })
  const lookEveryMs = pauseOf(lease)
  let woken = new AbortController()
  let pulledAt = LONG_AGO
  /** Whether no other instance can send what this process has claimed as `sender`. */
  const maySend = (sender: InstanceNumber | null) =>
    lease === undefined || (lease.holds() && lease.number() === sender)

  return {
    wake: () => woken.abort(),

    async run(stop) {
      const allWithinMs = lease === undefined ? 0 : SHARED_START_MS
      await withOutbox(() => outbox.makeAllDue(plusMs(clock.now(), allWithinMs)), stop)
      while (!stop.aborted) {
        woken = new AbortController()
        const sender = lease?.number() ?? null
        const idleMs = maySend(sender) ? await look(sender, stop) : lookEveryMs
        const sleepMs = Math.min(lookEveryMs, Math.max(0, idleMs))
        await clock.sleep(sleepMs, AbortSignal.any([stop, woken.signal]))
      }
    },
  }

  /** Sends what is due, and returns the milliseconds until the next mail is. */
  async function look(sender: InstanceNumber | null, stop: AbortSignal): Promise<number> {
    await withOutbox(() => sendDue(sender, stop), stop)
    // What it has claimed may be due, but is no longer its own to send.
    if (!maySend(sender)) return lookEveryMs
    const nextDueAt = await withOutbox(() => outbox.nextDueAt(sender), stop)
    const idleMs = nextDueAt === undefined ? lookEveryMs : nextDueAt - clock.now()
    // No pause is so long: the clock was set back since, and the mail would wait for as long. Where it is
    // the clock of another instance that is ahead, that one has the mail due at once, time after time.
    const isPulled =
      lease !== undefined && msBetween(pulledAt, clock.instant()) < MAIL_BACKOFF.maxMs
    if (idleMs > MAIL_BACKOFF.maxMs && !isPulled) {
      pulledAt = clock.instant()
      await withOutbox(() => outbox.makeAllDue(clock.now()), stop)
    }
    return idleMs
  }

  async function sendDue(sender: InstanceNumber | null, stop: AbortSignal): Promise<void> {
    for (const mail of await outbox.due(clock.now(), BATCH_MAX, sender)) {
      if (stop.aborted || !maySend(sender)) return
      await sendOne(mail, sender, stop)
    }
  }

  async function sendOne(
    mail: WaitingMail,
    sender: InstanceNumber | null,
    stop: AbortSignal,
  ): Promise<void> {
    let handedOver: HandedOver
    try {
      handedOver = await mailer.send(mail, mail.attempts)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      const failed = mail.attempts + 1
      const dueAt = plusMs(clock.now(), backoffMs(MAIL_BACKOFF, failed))
      noteRefused({ ...nameOf(mail), failed }, error)
      await withOutbox(() => outbox.postpone(mail, dueAt, sender), stop)
      return
    }
    // An accepted mail is only marked, until that succeeds: to send it again would make a second
    // copy. So `stop` does not end these retries; the grace period of the shutdown does.
    await withOutbox(() => outbox.markSent(mail, clock.now(), handedOver))
    logger.info({ ...nameOf(mail), ...handedOver }, SENT_LINES[handedOver.way])
  }

  /** Retries while the database is full or busy: a mail waits, and is not lost. */
  function withOutbox<T>(work: () => Promise<T>, stop?: AbortSignal): Promise<T | undefined> {
    const onFailure = (err: unknown, failed: number) =>
      logger.warn({ err, failed }, 'outbox not reached')
    return patiently({ clock, backoff: STORE_BACKOFF, stop, onFailure }, work)
  }
}

/** Milliseconds between two looks at the outbox at most. */
function pauseOf(lease: Pick<OwnLease, 'leaseMs'> | undefined): number {
  if (lease === undefined) return IDLE_MAX_MS
  return Math.min(IDLE_MAX_MS, Math.floor(lease.leaseMs / LOOKS_IN_A_LEASE))
}

function nameOf({ saleId, about, saleIds }: WaitingMail) {
  return { saleId, about, sales: saleIds.length }
}
