import { sql } from 'kysely'
import { AppError } from '../../../application/base/errors.ts'
import type { CheckpointLog } from '../../../application/checkpoints/checkpoint-log.port.ts'
import { parseCheckpoint } from '../../../domain/log/checkpoint.ts'
import type { Database } from '../database/database.ts'
import { withAppErrors } from '../database/database-failure.ts'
import type { LogGroup } from '../log/rows/log-group.ts'
import type { LogWriter } from '../log/rows/log-writer.ts'
import { putMails } from '../mail/put-mails.ts'

/** The checkpoints beside the events, in the same database. */
export function makeSqlCheckpointLog({ kysely }: Database, writer: LogWriter): CheckpointLog {
  return {
    newest() {
      return withAppErrors('newest checkpoint', async () => {
        const row = await kysely
          .selectFrom('checkpoint')
          .select(['number', 'note'])
          .orderBy('number', 'desc')
          .limit(1)
          .executeTakeFirst()
        if (row === undefined) return undefined
        const parsed = parseCheckpoint(row.note)
        if (parsed !== undefined) return parsed.checkpoint
        throw new AppError('unreadable', `checkpoint ${row.number}: its note is none`)
      })
    },

    add({ number, size, at, note }, mails) {
      const write = async ({ tx }: LogGroup) => {
        const there = await tx
          .selectFrom('checkpoint')
          .select('note')
          .where('number', '>=', number)
          .orderBy('number')
          .limit(1)
          .executeTakeFirst()
        if (there !== undefined) return there.note === note
        await tx.insertInto('checkpoint').values({ number, size, at, note }).execute()
        await putMails(tx, mails)
        return true
      }
      return withAppErrors('keep checkpoint', () => writer.write({ write }))
    },

    lastMailAt() {
      return withAppErrors('last checkpoint mail', async () => {
        const mail = await kysely
          .selectFrom('outbox')
          .select('created_at')
          .where('about', '=', 'checkpoint')
          .orderBy('id', 'desc')
          .limit(1)
          .executeTakeFirst()
        return mail?.created_at
      })
    },

    lastLossPosition() {
      return withAppErrors('last accepted loss', async () => {
        const event = await kysely
          .selectFrom('event')
          .select('position')
          // A literal: SQLite uses the partial index only where the type is no parameter.
          .where('type', '=', sql.lit('LogLossAccepted'))
          .orderBy('position', 'desc')
          .limit(1)
          .executeTakeFirst()
        return event?.position ?? 0
      })
    },

    acceptLoss(event, by, mails, { holdsSales }) {
      const write = async (group: LogGroup) => {
        const position = group.appendOwn([event], by)
        if (holdsSales) {
          const mark = { position, made_at: event.at }
          await group.tx.insertInto('copy_mark').values(mark).execute()
        }
        await putMails(group.tx, mails)
      }
      return withAppErrors('accept loss', () => writer.write({ hasOwn: true, write }))
    },
  }
}
