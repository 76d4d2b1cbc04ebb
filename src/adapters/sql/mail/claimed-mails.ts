// Which instance sends a mail, where several serve one database.

import type { Expression, ExpressionBuilder, Kysely, Selectable, SqlBool } from 'kysely'
import type { InstanceNumber } from '../../../application/instances/instances.port.ts'
import type { EpochMs } from '../../../domain/time.ts'
import type { Database } from '../database/database.ts'
import type { OutboxTable, Schema } from '../database/schema.ts'

/** Final mails that are due at `now`, longest waiting first; those that other instances send are left out. */
export function dueMails(db: Kysely<Schema>, now: EpochMs, sender: InstanceNumber | null) {
  const query = db
    .selectFrom('outbox')
    .where('sent_at', 'is', null)
    // A mail that was opened since then may be due as well, and may still get further sales.
    .where('open', '=', 0)
    .where('due_at', '<=', now)
    .orderBy('due_at')
    .orderBy('id')
  return sender === null ? query : query.where(isFreeFor(sender))
}

/** A mail that nobody sends: no instance has claimed it, or one that is gone. */
export function isFreeFor(sender: InstanceNumber) {
  return (eb: ExpressionBuilder<Schema, 'outbox'>): Expression<SqlBool> =>
    eb.or([
      eb('claimed_by', 'is', null),
      // One of its own, which it did not come to before it had to begin anew.
      eb('claimed_by', '=', sender),
      eb.not(
        eb.exists(
          eb
            .selectFrom('instance')
            .select('number')
            .whereRef('instance.number', '=', 'outbox.claimed_by'),
        ),
      ),
    ])
}

/** Claims those of these mails that are due and free, passing over those that another instance claims now. */
export async function claimMails(
  { kysely, words }: Pick<Database, 'kysely' | 'words'>,
  mailIds: readonly number[],
  now: EpochMs,
  sender: InstanceNumber,
): Promise<readonly Selectable<OutboxTable>[]> {
  if (mailIds.length === 0) return []
  return kysely.transaction().execute(async (tx) => {
    const locked = await tx
      .selectFrom('outbox')
      .select('id')
      .where('id', 'in', mailIds)
      .modifyEnd(words.skipLocked)
      .execute()
    const lockedIds = locked.map(({ id }) => id)
    if (lockedIds.length === 0) return []
    // Asked again, because only a statement after the lock sees who claimed, sent or postponed one until
    // then, and that this instance is living.
    const free = await dueMails(tx, now, sender).selectAll().where('id', 'in', lockedIds).execute()
    const freeIds = free.map(({ id }) => id)
    if (freeIds.length > 0) {
      await tx
        .updateTable('outbox')
        .set({ claimed_by: sender })
        .where('id', 'in', freeIds)
        .execute()
    }
    return free
  })
}
