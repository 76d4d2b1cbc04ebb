import { sql, type Transaction } from 'kysely'
import type { PlaceDesk } from '../../../application/crm/places/place-desk.port.ts'
import { type Lot, sharePlaces } from '../../../application/crm/places/share-places.ts'
import type { Database } from '../database/database.ts'
import { withRepeats } from '../database/repeats.ts'
import type { Schema } from '../database/schema.ts'

/**
 * Keeps the lots in a table, by the clock of the database. The row of the turn is locked first: so one
 * question is answered at a time, and one whose answer is lost is over before the next of its instance.
 */
export function makeSqlPlaceDesk({ kysely, now }: Database): PlaceDesk {
  return {
    ask(question) {
      return withRepeats('ask for places', () =>
        kysely.transaction().execute(async (tx) => {
          const { turn, time } = await tx
            .updateTable('place_turn')
            .set(({ eb }) => ({ turn: eb('turn', '+', 1) }))
            .returning(['turn', sql<number>`${now()}`.as('time')])
            .executeTakeFirstOrThrow()
          const lots = await readLots(tx)
          const lot = sharePlaces(lots, question, turn, time)
          await removeLots(
            tx,
            lots.filter(({ freeAt }) => freeAt <= time),
          )
          await putLot(tx, lot)
          return { places: lot.places, share: lot.share }
        }),
      )
    },

    leave(holder) {
      return withRepeats('give places back', async () => {
        await kysely.deleteFrom('place_lot').where('holder', '=', holder).execute()
      })
    },
  }
}

async function readLots(tx: Transaction<Schema>): Promise<readonly Lot[]> {
  const rows = await tx.selectFrom('place_lot').selectAll().execute()
  return rows.map((row) => ({
    holder: row.holder,
    places: row.places,
    waitsSince: row.waits_since,
    askedAt: row.asked_at,
    freeAt: row.free_at,
  }))
}

async function putLot(tx: Transaction<Schema>, lot: Lot): Promise<void> {
  const { holder, ...own } = lot
  const row = {
    places: own.places,
    waits_since: own.waitsSince,
    asked_at: own.askedAt,
    free_at: own.freeAt,
  }
  await tx
    .insertInto('place_lot')
    .values({ holder, ...row })
    .onConflict((conflict) => conflict.column('holder').doUpdateSet(row))
    .execute()
}

/** Instances that ended without giving back. */
async function removeLots(tx: Transaction<Schema>, lots: readonly Lot[]): Promise<void> {
  for (const { holder } of lots) {
    await tx.deleteFrom('place_lot').where('holder', '=', holder).execute()
  }
}
