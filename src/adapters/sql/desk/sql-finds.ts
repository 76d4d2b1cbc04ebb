// Finds sales and events by what people hold. Each condition stands as in its index of migration 015: for
// any other words the planner reads the whole log.

import { type Kysely, sql } from 'kysely'
import type {
  AskedEvent,
  AskingKey,
  Finds,
  NamingEvent,
} from '../../../application/desk/finds.port.ts'
import type { CrmId, SaleId } from '../../../domain/ids.ts'
import type { Database } from '../database/database.ts'
import { withAppErrors } from '../database/database-failure.ts'
import { digestOf } from '../database/digest.ts'
import type { Schema } from '../database/schema.ts'
import type { SqlWords } from '../database/sql-words.ts'

export function makeSqlFinds({ kysely, words }: Database): Finds {
  return {
    ofRecord: (id, limit) => withAppErrors('find record', () => ofRecord(kysely, words, id, limit)),
    ofRequest: (id, limit) =>
      withAppErrors('find request', () => ofRequest(kysely, words, id, limit)),
    ofIdempotencyKey: (key, limit) =>
      withAppErrors('find key', () => ofIdempotencyKey(kysely, key, limit)),
    ofApiKey: (key, limit) =>
      withAppErrors('find sales of a key', () => ofApiKey(kysely, words, key, limit)),
    clientsBeginningWith: (text, limit) =>
      withAppErrors('find clients', () => clientsBeginningWith(kysely, text, limit)),
  }
}

async function ofRecord(
  kysely: Kysely<Schema>,
  words: SqlWords,
  id: CrmId,
  limit: number,
): Promise<readonly NamingEvent[]> {
  const { rows } = await sql<NamingEvent>`
    select position, type,
      coalesce(sale_id, ${words.member(['data', 'saleId'])}) as "saleId",
      case type
        when 'DealCreated' then 'deal'
        when 'QuoteCreated' then 'quote'
        when 'SalesOrderCreated' then 'salesOrder'
        else ${words.member(['data', 'step'])}
      end as step
    from event
    where ${words.recordId} = ${id}
    and type in (
      'DealCreated', 'QuoteCreated', 'SalesOrderCreated', 'RecordNamed', 'OrphanDeleted',
      'OrphanDeleteFailed'
    )
    order by position desc limit ${limit}
  `.execute(kysely)
  return rows
}

async function ofRequest(
  kysely: Kysely<Schema>,
  words: SqlWords,
  requestId: string,
  limit: number,
): Promise<readonly AskedEvent[]> {
  const { rows } = await sql<AskedEvent>`
    select position, type, sale_id as "saleId" from event
    where ${words.memberOfAny(['actor', 'requestId'])} = ${requestId}
    and type in ('SaleRequested', 'AuditorLooked', 'AuditExported')
    order by position desc limit ${limit}
  `.execute(kysely)
  return rows
}

/** A claim is found by its client and digest, so this goes from one client to the next by the same index. */
async function ofIdempotencyKey(
  kysely: Kysely<Schema>,
  key: string,
  limit: number,
): Promise<readonly SaleId[]> {
  const { rows } = await sql<{ readonly saleId: SaleId }>`
    with recursive name (client) as (
      select min(client) from idempotency_claim
      union all
      select (select min(claim.client) from idempotency_claim as claim where claim.client > name.client)
      from name where name.client is not null
    )
    select claim.sale_id as "saleId" from name
    join idempotency_claim as claim
    on claim.client = name.client and claim.key_digest = ${digestOf(key)}
    limit ${limit}
  `.execute(kysely)
  return rows.map(({ saleId }) => saleId)
}

/** No index has the key of a sale: it stands in the first event, which is read for `limit` sales at most. */
async function ofApiKey(
  kysely: Kysely<Schema>,
  words: SqlWords,
  { id, client, from, until }: AskingKey,
  limit: number,
): Promise<{ readonly saleIds: readonly SaleId[]; readonly lookedAt: number }> {
  const upTo = until === undefined ? sql`` : sql`and requested_at <= ${until}`
  const { rows } = await sql<{
    readonly saleId: SaleId
    readonly position: number
    readonly keyId: string | null
  }>`
    select asked.sale_id as "saleId", event.position,
      ${words.memberOfAny(['actor', 'keyId'], 'event')} as "keyId"
    from (
      select sale_id, first_position from sale
      where client = ${client} and requested_at >= ${from} ${upTo}
      order by first_position desc limit ${limit}
    ) as asked
    join event on event.position = asked.first_position
  `.execute(kysely)
  const own = rows.filter(({ keyId }) => keyId === id).toSorted((a, b) => b.position - a.position)
  return { saleIds: own.map(({ saleId }) => saleId), lookedAt: rows.length }
}

async function clientsBeginningWith(
  kysely: Kysely<Schema>,
  text: string,
  limit: number,
): Promise<readonly string[]> {
  const fits = sql`substr(name.client, 1, ${sql.lit([...text].length)}) = ${text}`
  const { rows } = await sql<{ readonly client: string }>`
    with recursive name (client) as (
      select min(client) from sale where client >= ${text}
      union all
      select (select min(sale.client) from sale where sale.client > name.client) from name where ${fits}
    )
    select client from name where ${fits} limit ${limit}
  `.execute(kysely)
  return rows.map(({ client }) => client)
}
