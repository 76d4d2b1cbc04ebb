// The delivery of the mails in the outbox, in the background.

import { plusMs } from '../../domain/time.ts'
import { backoffMs, MAIL_BACKOFF, STORE_BACKOFF } from '../base/backoff.ts'
import type { Clock } from '../base/clock.port.ts'
import { AppError } from '../base/errors.ts'
import type { Logger } from '../base/logger.port.ts'
import { patiently } from '../base/patiently.ts'
import type { Mailer } from './mailer.port.ts'
import { makeNoteRefused } from './note-refused.ts'
import type { HandedOver, Outbox, WaitingMail } from './outbox.port.ts'

/** Mails read from the outbox at once. */
const BATCH_MAX = 20

/** Milliseconds between two looks at the outbox, should a wake-up be missed. */
const IDLE_MAX_MS = 60_000

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
}): DeliverMail {
  const { outbox, mailer, clock, logger } = deps
  const noteRefused = makeNoteRefused({ clock, logger })
  let woken = new AbortController()

  return {
    wake: () => woken.abort(),

    async run(stop) {
      await withOutbox(() => outbox.makeAllDue(clock.now()), stop)
      while (!stop.aborted) {
        woken = new AbortController()
        await withOutbox(() => sendDue(stop), stop)
        const nextDueAt = await withOutbox(() => outbox.nextDueAt(), stop)
        const idleMs = nextDueAt === undefined ? IDLE_MAX_MS : nextDueAt - clock.now()
        // No pause is so long: the clock was set back since, and the mail would wait for as long.
        if (idleMs > MAIL_BACKOFF.maxMs)
          await withOutbox(() => outbox.makeAllDue(clock.now()), stop)
        const sleepMs = Math.min(IDLE_MAX_MS, Math.max(0, idleMs))
        await clock.sleep(sleepMs, AbortSignal.any([stop, woken.signal]))
      }
    },
  }

  async function sendDue(stop: AbortSignal): Promise<void> {
    for (const mail of await outbox.due(clock.now(), BATCH_MAX)) {
      if (stop.aborted) return
      await sendOne(mail, stop)
    }
  }

  async function sendOne(mail: WaitingMail, stop: AbortSignal): Promise<void> {
    let handedOver: HandedOver
    try {
      handedOver = await mailer.send(mail, mail.attempts)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      const failed = mail.attempts + 1
      const dueAt = plusMs(clock.now(), backoffMs(MAIL_BACKOFF, failed))
      noteRefused({ ...nameOf(mail), failed }, error)
      await withOutbox(() => outbox.postpone(mail, dueAt), stop)
      return
    }
    // An accepted mail is only marked, until that succeeds: to send it again would make a second
    // copy. So `stop` does not end these retries; the grace period of the shutdown does.
    await withOutbox(() => outbox.markSent(mail, clock.now(), handedOver))
    const what =
      handedOver.way === 'smtp' ? 'mail accepted' : 'mail written to a file: nobody is sent it'
    logger.info({ ...nameOf(mail), ...handedOver }, what)
  }

  /** Retries while the database is full or busy: a mail waits, and is not lost. */
  function withOutbox<T>(work: () => Promise<T>, stop?: AbortSignal): Promise<T | undefined> {
    const onFailure = (err: unknown, failed: number) =>
      logger.warn({ err, failed }, 'outbox not reached')
    return patiently({ clock, backoff: STORE_BACKOFF, stop, onFailure }, work)
  }
}

function nameOf({ saleId, about, saleIds }: WaitingMail) {
  return { saleId, about, sales: saleIds.length }
}
