import type { EpochMs } from '../../domain/time.ts'
import type { Outbox } from './outbox.port.ts'

/** What waits to be sent, in figures that may be public. */
export type MailBacklog = {
  readonly waiting: number
  /** `null` when no mail waits. */
  readonly oldestWaitingSeconds: number | null
}

export async function mailBacklog(outbox: Outbox, now: EpochMs): Promise<MailBacklog> {
  const { count, oldestAt } = await outbox.backlog()
  if (oldestAt === undefined) return { waiting: count, oldestWaitingSeconds: null }
  // A clock that was set back between two processes makes no mail younger than new.
  const ageMs = Math.max(0, now - oldestAt)
  return { waiting: count, oldestWaitingSeconds: Math.floor(ageMs / 1_000) }
}
