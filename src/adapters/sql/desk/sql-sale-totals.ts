// Counts sales and adds them up, from one index over those that are decided and the few rows of the others.

import { type RawBuilder, sql } from 'kysely'
import type {
  ClientTotals,
  PageAsked,
  PlacedPage,
  SaleFilter,
  SaleTotal,
  SaleTotals,
} from '../../../application/desk/sale-totals.port.ts'
import type { EpochMs } from '../../../domain/time.ts'
import type { Database } from '../database/database.ts'
import { withAppErrors } from '../database/database-failure.ts'
import type { SaleTable } from '../database/schema.ts'
import { toPlaced } from '../sale/sale-row.ts'
import { conditionsOf } from './sale-conditions.ts'
import { SUMS, type TotalGroup, totalsOf } from './total-groups.ts'

type Opened = Pick<Database, 'kysely' | 'words'>

/** Bounds of spans: the days of more than a year. */
const BOUNDS_MAX = 401

export function makeSqlSaleTotals(database: Database): SaleTotals {
  return {
    totals: (filter) =>
      withAppErrors('totals', async () => totalsOf(await groupsOf(database, filter))),
    spans: (filter, bounds) => withAppErrors('spans', () => spans(database, filter, bounds)),
    byClient: (filter) => withAppErrors('totals by client', () => byClient(database, filter)),
    page: (filter, asked, limit) =>
      withAppErrors('page', () => page(database, filter, asked, limit)),
  }
}

async function groupsOf(database: Opened, filter: SaleFilter): Promise<readonly TotalGroup[]> {
  return [...(await decidedGroups(database, filter)), ...(await openGroups(database, filter))]
}

/** The index is named: for some filters the planner would take another, and read each row of the table. */
async function decidedGroups(
  { kysely, words }: Opened,
  filter: SaleFilter,
): Promise<readonly TotalGroup[]> {
  if (filter.status === 'in_progress') return []
  const { rows } = await sql<TotalGroup>`
    select status, currency, amount_decimals as decimals,
      ${SUMS.sales} as sales, ${SUMS.summed} as summed, ${SUMS.high} as high, ${SUMS.low} as low
    from sale ${words.indexedBy('sale_total')}
    where status <> 'in_progress' ${conditionsOf(filter)}
    group by status, currency, amount_decimals
  `.execute(kysely)
  return rows
}

async function openGroups(
  { kysely, words }: Opened,
  filter: SaleFilter,
): Promise<readonly TotalGroup[]> {
  if (filter.status !== undefined && filter.status !== 'in_progress') return []
  const { rows } = await sql<TotalGroup>`
    select status, currency, amount_decimals as decimals,
      ${SUMS.sales} as sales, ${SUMS.summed} as summed, ${SUMS.high} as high, ${SUMS.low} as low
    from sale ${words.indexedBy('sale_status')}
    where status = 'in_progress' ${conditionsOf({ ...filter, status: undefined })}
    group by status, currency, amount_decimals
  `.execute(kysely)
  return rows
}

async function spans(
  database: Opened,
  filter: SaleFilter,
  bounds: readonly EpochMs[],
): Promise<readonly (readonly SaleTotal[])[]> {
  if (bounds.length > BOUNDS_MAX) throw new Error(`${bounds.length} bounds: ${BOUNDS_MAX} at most`)
  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = filter
  const pairs = bounds.slice(1).map((end, index): Span => {
    const begin = Math.max(bounds[index] ?? end, from) as EpochMs
    return { from: begin, to: Math.max(begin, Math.min(end, to)) as EpochMs }
  })
  const [first, last] = [pairs[0], pairs.at(-1)]
  if (first === undefined || last === undefined) return []
  const whole = { ...filter, from: first.from, to: last.to }
  const decided = await spansOfKinds(database, filter, pairs, await decidedKinds(database, whole))
  const isAnyOpen = (await openGroups(database, whole)).length > 0
  const totals: (readonly SaleTotal[])[] = []
  for (const [index, span] of pairs.entries()) {
    const open = isAnyOpen ? await openGroups(database, { ...filter, ...span }) : []
    totals.push(totalsOf([...(decided[index] ?? []), ...open]))
  }
  return totals
}

/** The sales that one index entry after another has together. */
type Kind = Pick<TotalGroup, 'status' | 'currency' | 'decimals'>

async function decidedKinds(
  { kysely, words }: Opened,
  filter: SaleFilter,
): Promise<readonly Kind[]> {
  if (filter.status === 'in_progress') return []
  const { rows } = await sql<Kind>`
    select distinct status, currency, amount_decimals as decimals
    from sale ${words.indexedBy('sale_total')}
    where status <> 'in_progress' ${conditionsOf(filter)}
  `.execute(kysely)
  return rows
}

/** A condition whose words do not depend on a value: no planner uses an index for a null in a parameter. */
function isOfKind({ status, currency, decimals }: Kind): RawBuilder<unknown> {
  const isCurrency = currency === null ? sql`currency is null` : sql`currency = ${currency}`
  const isScale =
    decimals === null ? sql`amount_decimals is null` : sql`amount_decimals = ${decimals}`
  return sql`and status = ${status} and ${isCurrency} and ${isScale}`
}

type Span = { readonly from: EpochMs; readonly to: EpochMs }

/**
 * Goes to each span of each kind by the index, and reads no other sale. A group by spans in SQL would
 * sort all sales.
 */
async function spansOfKinds(
  { kysely, words }: Opened,
  filter: SaleFilter,
  pairs: readonly Span[],
  kinds: readonly Kind[],
): Promise<readonly (readonly TotalGroup[])[]> {
  if (kinds.length === 0) return []
  const spans = pairs.map(
    ({ from, to }, index) =>
      sql`(${sql.lit(index)}, cast(${from} as bigint), cast(${to} as bigint))`,
  )
  const ofKind = (kind: Kind, index: number) => sql`
    select span.key as span, ${sql.lit(index)} as kind, (
      select count(*) || ',' || count(amount_units)
        || ',' || coalesce(${SUMS.high}, '') || ',' || coalesce(${SUMS.low}, '')
      from sale ${words.indexedBy('sale_total')}
      where status <> 'in_progress' ${isOfKind(kind)}
      and requested_at >= span.from_at and requested_at < span.to_at
      ${conditionsOf({ ...filter, from: undefined, to: undefined })}
    ) as sums
    from span
  `
  const { rows } = await sql<{
    readonly span: number
    readonly kind: number
    readonly sums: string
  }>`
    with span (key, from_at, to_at) as (values ${sql.join(spans)})
    ${sql.join(kinds.map(ofKind), sql` union all `)}
  `.execute(kysely)
  const found: TotalGroup[][] = pairs.map(() => [])
  for (const { span, kind, sums } of rows) {
    const [sales = '', summed = '', high = '', low = ''] = sums.split(',')
    const counts = { sales: Number(sales), summed: Number(summed) }
    const its = kinds[kind]
    if (its === undefined || counts.sales === 0) continue
    found[span]?.push({ ...its, ...counts, high: high || null, low: low || null })
  }
  return found
}

/** Kind by kind, so that only the clients are sorted. There are as many as an operator made: the rows are few. */
async function byClient(database: Opened, filter: SaleFilter): Promise<readonly ClientTotals[]> {
  const found: (TotalGroup & { readonly client: string })[] = []
  for (const kind of await decidedKinds(database, filter)) {
    const { rows } = await sql<(typeof found)[number]>`
      select client, status, currency, amount_decimals as decimals,
        ${SUMS.sales} as sales, ${SUMS.summed} as summed, ${SUMS.high} as high, ${SUMS.low} as low
      from sale ${database.words.indexedBy('sale_total')}
      where status <> 'in_progress'
      ${isOfKind(kind)}
      ${conditionsOf({ ...filter, status: undefined })}
      group by client, status, currency, amount_decimals
    `.execute(database.kysely)
    found.push(...rows)
  }
  found.push(...(await openByClient(database, filter)))
  const salesOf = (groups: readonly TotalGroup[]) =>
    groups.reduce((sum, { sales }) => sum + sales, 0)
  return [...Map.groupBy(found, ({ client }) => client)]
    .toSorted(([a, its], [b, others]) => salesOf(others) - salesOf(its) || (a < b ? -1 : 1))
    .map(([client, groups]) => ({ client, totals: totalsOf(groups) }))
}

async function openByClient({ kysely, words }: Opened, filter: SaleFilter) {
  if (filter.status !== undefined && filter.status !== 'in_progress') return []
  const { rows } = await sql<TotalGroup & { readonly client: string }>`
    select client, status, currency, amount_decimals as decimals,
      ${SUMS.sales} as sales, ${SUMS.summed} as summed, ${SUMS.high} as high, ${SUMS.low} as low
    from sale ${words.indexedBy('sale_status')}
    where status = 'in_progress' ${conditionsOf({ ...filter, status: undefined })}
    group by client, status, currency, amount_decimals
  `.execute(kysely)
  return rows
}

async function page(
  database: Opened,
  filter: SaleFilter,
  asked: PageAsked,
  limit: number,
): Promise<PlacedPage> {
  const isUpwards = asked.at === 'newer' || asked.at === 'oldest'
  const order = sql.raw(isUpwards ? 'asc' : 'desc')
  const past =
    'than' in asked
      ? sql`and first_position ${sql.raw(isUpwards ? '>' : '<')} ${asked.than}`
      : sql``
  // One more than asked for shows whether there is a next page.
  const { rows } = await sql<SaleTable>`
    select * from sale where true ${conditionsOf(filter)} ${past}
    order by first_position ${order} limit ${limit + 1}
  `.execute(database.kysely)
  // The first page is whole, wherever the one after it began.
  if (asked.at === 'newer' && rows.length <= limit) {
    return page(database, filter, { at: 'newest' }, limit)
  }
  const read = rows.slice(0, limit)
  const sales = (isUpwards ? read.toReversed() : read).map(toPlaced)
  const [first] = sales
  return {
    sales,
    before: first === undefined ? 0 : await countAfter(database, filter, first.position),
    hasOlder: isUpwards ? asked.at === 'newer' : rows.length > limit,
  }
}

async function countAfter(
  { kysely }: Opened,
  filter: SaleFilter,
  position: number,
): Promise<number> {
  const { status, client, contactId, failedStep } = filter
  const isByIndex = [status, client, contactId, failedStep].some((value) => value !== undefined)
  // Without one of these the planner would go along the table. The sign keeps it to an index, which is smaller.
  const place = isByIndex ? sql`first_position` : sql`+first_position`
  const { rows } = await sql<{ readonly sales: number }>`
    select count(*) as sales from sale where ${place} > ${position} ${conditionsOf(filter)}
  `.execute(kysely)
  return rows[0]?.sales ?? 0
}
