import { sql } from 'kysely'
import type { Drawn, KeyBuckets } from '../../../application/access/key-buckets.port.ts'
import { PARTS } from '../../../application/access/key-quotas.ts'
import type { Database } from '../database/database.ts'
import { withRepeats } from '../database/repeats.ts'

/** Of what is left a draw takes no more than one in so many, unless it needs it. */
const SHARES = 4

/**
 * Keeps the buckets in a table: one statement for each draw, whose row is locked while it counts. The time is
 * that of the row which would be inserted, so that it is read once.
 */
export function makeSqlKeyBuckets({ kysely, now }: Database): KeyBuckets {
  return {
    draw({ keyId, quota, needed, lot }) {
      // Done twice, it draws two lots, of which one is nobody's: the key has that much less for once.
      return withRepeats('draw requests', async () => {
        const { burst } = quota
        const [full, rate] = [whole(burst * PARTS), whole(quota.perSecond)]
        const [least, most] = [whole(needed), whole(lot)]
        const first = Math.min(burst, Math.max(needed, Math.min(lot, Math.floor(burst / SHARES))))
        const { rows } = await sql<Drawn>`
          insert into key_bucket as bucket (key_id, parts, filled_at, drawn)
          values (${keyId}, ${(burst - first) * PARTS}, ${now()}, ${first})
          on conflict (key_id) do update set (parts, filled_at, drawn) = (
            select filled - taken * ${sql.lit(PARTS)}, filled_at, taken
            from (
              select filled, filled_at, case
                when filled / ${sql.lit(PARTS)} <= ${least} then filled / ${sql.lit(PARTS)}
                when filled / ${sql.lit(PARTS * SHARES)} <= ${least} then ${least}
                when filled / ${sql.lit(PARTS * SHARES)} > ${most} then ${most}
                else filled / ${sql.lit(PARTS * SHARES)}
              end as taken
              from (
                select filled_at, case when raised > ${full} then ${full} else raised end as filled
                from (
                  select at as filled_at, bucket.parts + (at - bucket.filled_at) * ${rate} as raised
                  from (
                    select case when excluded.filled_at > bucket.filled_at
                      then excluded.filled_at else bucket.filled_at end as at
                  ) as clock
                ) as grown
              ) as full_at_most
            ) as drawn_from
          )
          returning parts, drawn as requests,
            (select case count(*) when 0 then 1 else count(*) end from instance) as instances
        `.execute(kysely)
        const [drawn] = rows
        if (drawn === undefined) throw new Error('a draw returns its row')
        return drawn
      })
    },
  }
}

/** SQLite takes every number of JavaScript for a fraction, and divides it as one. */
function whole(value: number) {
  return sql<number>`cast(${value} as bigint)`
}
