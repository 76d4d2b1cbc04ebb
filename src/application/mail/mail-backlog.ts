import type { EpochMs } from '../../domain/time.ts'
import type { Outbox } from './outbox.port.ts'

/** The mails that wait, in figures without secrets or names. */
export type MailBacklog = {
  readonly waiting: number
  /** `null` when no mail waits. */
  readonly oldestWaitingSeconds: number | null
}

/** Reads the figures about the outbox at `now`. */
export async function mailBacklog(outbox: Outbox, now: EpochMs): Promise<MailBacklog> {
  const { count, oldestAt } = await outbox.backlog()
  if (oldestAt === undefined) return { waiting: count, oldestWaitingSeconds: null }
  // Where the clock was set back between two processes, a mail may seem to come from the future.
  const ageMs = Math.max(0, now - oldestAt)
  return { waiting: count, oldestWaitingSeconds: Math.floor(ageMs / 1_000) }
}
