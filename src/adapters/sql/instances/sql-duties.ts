import type { Kysely } from 'kysely'
import type { Duties, Duty } from '../../../application/instances/duties.port.ts'
import type { InstanceNumber } from '../../../application/instances/instances.port.ts'
import type { Database } from '../database/database.ts'
import { withRepeats } from '../database/repeats.ts'
import type { Schema } from '../database/schema.ts'

/** The duties, in a table of the database that all instances serve. */
export function makeSqlDuties({ kysely, logHead }: Database): Duties {
  return {
    take: (duty, instance) => withRepeats('take a duty', () => take(duty, instance)),
  }

  async function take(duty: Duty, instance: InstanceNumber): Promise<boolean> {
    // Most often a living instance has it, and then nothing is locked.
    const had = await livingHolder(kysely, duty)
    if (had !== undefined) return had === instance
    return kysely.transaction().execute(async (tx) => {
      // Only a statement after the lock sees who took it until then, and that this one is living.
      await logHead.lock(tx)
      const has = await livingHolder(tx, duty)
      if (has !== undefined) return has === instance
      await tx
        .insertInto('duty')
        .values({ name: duty, holder: instance })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ holder: instance }))
        .execute()
      return (await livingHolder(tx, duty)) === instance
    })
  }
}

async function livingHolder(db: Kysely<Schema>, duty: Duty): Promise<InstanceNumber | undefined> {
  const row = await db
    .selectFrom('duty')
    .innerJoin('instance', 'instance.number', 'duty.holder')
    .select('holder')
    .where('duty.name', '=', duty)
    .executeTakeFirst()
  return row?.holder
}
