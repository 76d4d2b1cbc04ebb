import { type Kysely, type Selectable, sql } from 'kysely'
import { UnreadableError } from '../../../application/base/errors.ts'
import type { EventRecord, UnreadableRecord } from '../../../application/log/event-record.ts'
import {
  OPEN_STATUSES,
  type OpenSales,
  type OpenStatus,
  type PlacedSale,
  type SaleHistory,
  type SaleMail,
  type SalePage,
  type SaleQuery,
  type SaleReader,
} from '../../../application/log/sale-reader.port.ts'
import { amountWords, handedOverIn } from '../../../application/log/stored-data.ts'
import type { HandedOver } from '../../../application/mail/outbox.port.ts'
import type { CrmId, SaleId } from '../../../domain/ids.ts'
import type { CreateStep } from '../../../domain/sale/steps.ts'
import type { EpochMs } from '../../../domain/time.ts'
import type { Database } from '../database/database.ts'
import { withAppErrors } from '../database/database-failure.ts'
import type { EventTable, Schema } from '../database/schema.ts'
import type { SqlWords } from '../database/sql-words.ts'
import { decodeRecord } from '../log/rows/event-codec.ts'
import { toPlaced, toSummary } from './sale-row.ts'

/** Characters of a sale id, a UUID. */
const SALE_ID_LENGTH = 36

/** A position as `list` returns it in `next`. 15 digits are exact as a number. */
const CURSOR = /^[1-9][0-9]{0,14}$/

/** Sales, events and mails as people and programs read them. Every statement here only reads. */
export function makeSqlSaleReader({ kysely, words }: Database): SaleReader {
  return {
    list: (query) => withAppErrors('list', () => list(kysely, query)),
    show: (saleId, client) => withAppErrors('show', () => show(kysely, saleId, client)),
    events: (after, limit) => withAppErrors('events', () => events(kysely, after, limit)),
    find: (saleIds) => withAppErrors('find', () => find(kysely, saleIds)),
    endingWith: (text, limit) => withAppErrors('endingWith', () => endingWith(kysely, text, limit)),
    owners: (step, ids) => withAppErrors('owners', () => owners(kysely, step, ids)),
    mailsOf: (saleId) => withAppErrors('mailsOf', () => mailsOf(kysely, words, saleId)),
    amountsOf: (saleIds) => withAppErrors('amountsOf', () => amountsOf(kysely, words, saleIds)),
    clients: (limit) => withAppErrors('clients', () => clients(kysely, limit)),
    open: (limit) => withAppErrors('open', () => open(kysely, limit)),
    began: (after, limit) => withAppErrors('began', () => began(kysely, after, limit)),
  }
}

async function list(
  kysely: Kysely<Schema>,
  { client, status, contactId, failedStep, from, to, after, limit }: SaleQuery,
): Promise<SalePage> {
  let query = kysely
    .selectFrom('sale')
    .selectAll()
    .orderBy('first_position', 'desc')
    // One more than asked for shows whether there is a next page.
    .limit(limit + 1)
  if (client !== undefined) query = query.where('client', '=', client)
  if (status !== undefined) query = query.where('status', '=', status)
  if (contactId !== undefined) query = query.where('contact_id', '=', contactId)
  if (failedStep !== undefined) query = query.where('failed_step', '=', failedStep)
  if (from !== undefined) query = query.where('requested_at', '>=', from)
  if (to !== undefined) query = query.where('requested_at', '<', to)
  if (after !== undefined && CURSOR.test(after)) {
    query = query.where('first_position', '<', Number(after))
  }
  const rows = await query.execute()
  const page = rows.slice(0, limit)
  const last = rows.length > limit ? page.at(-1) : undefined
  const next = last === undefined ? null : String(last.first_position)
  return { sales: page.map(toSummary), next }
}

async function show(
  kysely: Kysely<Schema>,
  saleId: SaleId,
  client: string | undefined,
): Promise<SaleHistory | undefined> {
  let query = kysely.selectFrom('sale').selectAll().where('sale_id', '=', saleId)
  if (client !== undefined) query = query.where('client', '=', client)
  const sale = await query.executeTakeFirst()
  if (sale === undefined) return undefined
  const rows = await kysely
    .selectFrom('event')
    .select(['position', 'body'])
    .where('sale_id', '=', saleId)
    // An event stored after the sale's row was read is not in the row's summary either.
    .where('sequence', '<=', sale.sequence)
    .orderBy('sequence')
    .execute()
  return { ...toSummary(sale), events: rows.map(decodeRecord) }
}

async function events(
  kysely: Kysely<Schema>,
  after: number,
  limit: number,
): Promise<readonly (EventRecord | UnreadableRecord)[]> {
  const rows = await kysely
    .selectFrom('event')
    .selectAll()
    .where('position', '>', after)
    .orderBy('position')
    .limit(limit)
    .execute()
  return rows.map(toLine)
}

async function find(
  kysely: Kysely<Schema>,
  saleIds: readonly SaleId[],
): Promise<readonly PlacedSale[]> {
  if (saleIds.length === 0) return []
  const rows = await kysely.selectFrom('sale').selectAll().where('sale_id', 'in', saleIds).execute()
  return rows.map(toPlaced)
}

/** Reads the ids from their index, and no row but of those that are found. An index by their ends would cost every sale a write. */
async function endingWith(
  kysely: Kysely<Schema>,
  text: string,
  limit: number,
): Promise<readonly PlacedSale[]> {
  const rows = await kysely
    .selectFrom('sale')
    .selectAll()
    .where(
      'sale_id',
      'in',
      kysely
        .selectFrom('sale')
        .select('sale_id')
        .where(
          sql<string>`substr(sale_id, ${sql.lit(SALE_ID_LENGTH - text.length + 1)})`,
          '=',
          text,
        ),
    )
    .orderBy('first_position', 'desc')
    .limit(limit)
    .execute()
  return rows.map(toPlaced)
}

/** No index: an operator asks for it, for a few ids. An index would cost every sale a write. */
async function owners(
  kysely: Kysely<Schema>,
  step: CreateStep,
  ids: readonly CrmId[],
): Promise<readonly PlacedSale[]> {
  if (ids.length === 0) return []
  const rows = await kysely
    .selectFrom('sale')
    .selectAll()
    .where(ID_COLUMNS[step], 'in', ids)
    .where('status', '<>', 'rolled_back')
    .orderBy('first_position')
    .execute()
  return rows.map(toPlaced)
}

const ID_COLUMNS = { deal: 'deal_id', quote: 'quote_id', salesOrder: 'sales_order_id' } as const

async function mailsOf(
  kysely: Kysely<Schema>,
  words: SqlWords,
  saleId: SaleId,
): Promise<readonly SaleMail[]> {
  const rows = await kysely
    .selectFrom('outbox')
    .select([
      'message_id as messageId',
      'about',
      'created_at as createdAt',
      'attempts',
      'sent_at as sentAt',
    ])
    .where(({ eb, or, selectFrom }) =>
      or([
        eb('sale_id', '=', saleId),
        // In a storm the mail was made for another sale, and names this one as well.
        eb('id', '=', selectFrom('mailed_failure').select('mail_id').where('sale_id', '=', saleId)),
      ]),
    )
    .orderBy('id')
    .execute()
  const mails: SaleMail[] = []
  for (const row of rows) {
    const handedOver =
      row.sentAt === null ? null : await handedOverOf(kysely, words, saleId, row.messageId)
    mails.push({ ...row, handedOver })
  }
  return mails
}

/** The way a mail went, from the log. The first event after the sale's own that names the mail has it. */
async function handedOverOf(
  kysely: Kysely<Schema>,
  words: SqlWords,
  saleId: SaleId,
  messageId: string,
): Promise<HandedOver | null> {
  // The types are those of an index, or every event since the sale would be read.
  const { rows } = await sql<{ readonly way: unknown; readonly recipients: unknown }>`
    select ${words.member(['data', 'way'])} as way,
      ${words.member(['data', 'recipients'])} as recipients
    from event
    where sale_id is null
    and type in ('MailSent', 'SaleResumeRequested', 'SaleUnreadable', 'AuditExported')
    and type = 'MailSent'
    and position > (select first_position from sale where sale_id = ${saleId})
    and ${words.memberOfAny(['data', 'messageId'])} = ${messageId}
    order by position limit 1
  `.execute(kysely)
  const [row] = rows
  // One of the databases gives a number, the other its digits.
  return handedOverIn(row === undefined ? {} : { ...row, recipients: Number(row.recipients) })
}

async function amountsOf(
  kysely: Kysely<Schema>,
  words: SqlWords,
  saleIds: readonly SaleId[],
): Promise<ReadonlyMap<SaleId, string>> {
  if (saleIds.length === 0) return new Map()
  const rows = await kysely
    .selectFrom('event')
    .select([
      'sale_id',
      words.member(['data', 'amount']).$castTo<string>().as('amount'),
      words.member(['data', 'currency']).as('currency'),
    ])
    .where('sale_id', 'in', saleIds)
    .where('type', '=', 'SalePriced')
    .$narrowType<{ sale_id: SaleId }>()
    .execute()
  return new Map(rows.map(({ sale_id: saleId, ...priced }) => [saleId, amountWords(priced)]))
}

/** Goes from one name to the next by the index: DISTINCT would read an index entry for every sale. */
async function clients(kysely: Kysely<Schema>, limit: number): Promise<readonly string[]> {
  const { rows } = await sql<{ readonly client: string }>`
    with recursive name (client) as (
      select min(client) from sale
      union all
      select (select min(sale.client) from sale where sale.client > name.client) from name
      where name.client is not null
    )
    select client from name where client is not null limit ${limit}
  `.execute(kysely)
  return rows.map(({ client }) => client)
}

async function open(kysely: Kysely<Schema>, limit: number): Promise<OpenSales> {
  const row = await openSalesQuery(kysely, limit).executeTakeFirstOrThrow()
  const { oldest, ...counts } = row
  return { counts, oldestAt: oldest ?? undefined }
}

/** By an index that holds the open sales alone; a test looks at its plan. */
export function openSalesQuery(kysely: Kysely<Schema>, limit: number) {
  return kysely
    .selectFrom(({ selectFrom }) =>
      selectFrom('sale')
        .select(['status', 'requested_at'])
        // A literal: the planner uses a partial index only for a condition it can read.
        .where('at_rest', '=', sql.lit(0))
        .orderBy('first_position')
        .limit(limit)
        .as('open_sale'),
    )
    .select(({ fn }) => {
      const counted = (status: OpenStatus) =>
        fn.countAll<number>().filterWhere('status', '=', status).as(status)
      return [...OPEN_STATUSES.map(counted), fn.min('requested_at').as('oldest')]
    })
    .$castTo<Readonly<Record<OpenStatus, number>> & { readonly oldest: EpochMs | null }>()
}

async function began(
  kysely: Kysely<Schema>,
  after: number,
  limit: number,
): Promise<readonly PlacedSale[]> {
  const rows = await kysely
    .selectFrom('sale')
    .selectAll()
    .where('first_position', '>', after)
    .orderBy('first_position')
    .limit(limit)
    .execute()
  return rows.map(toPlaced)
}

/** An event that cannot be read keeps its place: nobody takes the log for shorter than it is. */
function toLine(row: Selectable<EventTable>): EventRecord | UnreadableRecord {
  try {
    return decodeRecord(row)
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error
    const { position, sale_id: saleId, sequence, type } = row
    return { position, saleId, sequence, type, unreadable: true }
  }
}
