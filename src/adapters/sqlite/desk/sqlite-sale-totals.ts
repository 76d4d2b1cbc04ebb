// Counts sales and adds them up, from one index over those that are decided and the few rows of the others.

import { type Kysely, sql } from 'kysely'
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
import type { SaleTable, Schema } from '../database/schema.ts'
import { withAppErrors } from '../database/sqlite-errors.ts'
import { toPlaced } from '../sale/sale-row.ts'
import { conditionsOf } from './sale-conditions.ts'
import { SUMS, type TotalGroup, totalsOf } from './total-groups.ts'

/** Bounds of spans: the days of more than a year. */
const BOUNDS_MAX = 401

export function makeSqliteSaleTotals({ kysely }: Database): SaleTotals {
  return {
    totals: (filter) =>
      withAppErrors('totals', async () => totalsOf(await groupsOf(kysely, filter))),
    spans: (filter, bounds) => withAppErrors('spans', () => spans(kysely, filter, bounds)),
    byClient: (filter) => withAppErrors('totals by client', () => byClient(kysely, filter)),
    page: (filter, asked, limit) => withAppErrors('page', () => page(kysely, filter, asked, limit)),
  }
}

async function groupsOf(
  kysely: Kysely<Schema>,
  filter: SaleFilter,
): Promise<readonly TotalGroup[]> {
  return [...(await decidedGroups(kysely, filter)), ...(await openGroups(kysely, filter))]
}

/** The index is named: for some filters the planner would take another, and read each row of the table. */
async function decidedGroups(
  kysely: Kysely<Schema>,
  filter: SaleFilter,
): Promise<readonly TotalGroup[]> {
  if (filter.status === 'in_progress') return []
  const { rows } = await sql<TotalGroup>`
    select status, currency, amount_decimals as decimals,
      ${SUMS.sales} as sales, ${SUMS.summed} as summed, ${SUMS.high} as high, ${SUMS.low} as low
    from sale indexed by sale_total
    where status <> 'in_progress' ${conditionsOf(filter)}
    group by status, currency, amount_decimals
  `.execute(kysely)
  return rows
}

async function openGroups(
  kysely: Kysely<Schema>,
  filter: SaleFilter,
): Promise<readonly TotalGroup[]> {
  if (filter.status !== undefined && filter.status !== 'in_progress') return []
  const { rows } = await sql<TotalGroup>`
    select status, currency, amount_decimals as decimals,
      ${SUMS.sales} as sales, ${SUMS.summed} as summed, ${SUMS.high} as high, ${SUMS.low} as low
    from sale indexed by sale_status
    where status = 'in_progress' ${conditionsOf({ ...filter, status: undefined })}
    group by currency, amount_decimals
  `.execute(kysely)
  return rows
}

async function spans(
  kysely: Kysely<Schema>,
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
  const decided = await spansOfKinds(kysely, filter, pairs, await decidedKinds(kysely, whole))
  const isAnyOpen = (await openGroups(kysely, whole)).length > 0
  const totals: (readonly SaleTotal[])[] = []
  for (const [index, span] of pairs.entries()) {
    const open = isAnyOpen ? await openGroups(kysely, { ...filter, ...span }) : []
    totals.push(totalsOf([...(decided[index] ?? []), ...open]))
  }
  return totals
}

/** The sales that one index entry after another has together. */
type Kind = Pick<TotalGroup, 'status' | 'currency' | 'decimals'>

async function decidedKinds(kysely: Kysely<Schema>, filter: SaleFilter): Promise<readonly Kind[]> {
  if (filter.status === 'in_progress') return []
  const { rows } = await sql<Kind>`
    select distinct status, currency, amount_decimals as decimals
    from sale indexed by sale_total
    where status <> 'in_progress' ${conditionsOf(filter)}
  `.execute(kysely)
  return rows
}

type Span = { readonly from: EpochMs; readonly to: EpochMs }

/** As SUMS names them. */
type Sums = readonly [sales: number, summed: number, high: string | null, low: string | null]

/**
 * Goes to each span of each kind by the index, and reads no other sale. A group by spans in SQL would
 * sort all sales.
 */
async function spansOfKinds(
  kysely: Kysely<Schema>,
  filter: SaleFilter,
  pairs: readonly Span[],
  kinds: readonly Kind[],
): Promise<readonly (readonly TotalGroup[])[]> {
  const asked = kinds.map(({ status, currency, decimals }) => [status, currency, decimals])
  const { rows } = await sql<{
    readonly span: number
    readonly kind: number
    readonly sums: string
  }>`
    select span.key as span, kind.key as kind, (
      select json_array(${SUMS.sales}, ${SUMS.summed}, ${SUMS.high}, ${SUMS.low})
      from sale indexed by sale_total
      where status <> 'in_progress'
      and status = kind.value ->> 0 and currency is kind.value ->> 1 and amount_decimals is kind.value ->> 2
      and requested_at >= span.value ->> 'from' and requested_at < span.value ->> 'to'
      ${conditionsOf({ ...filter, from: undefined, to: undefined })}
    ) as sums
    from json_each(${JSON.stringify(pairs)}) as span
    cross join json_each(${JSON.stringify(asked)}) as kind
  `.execute(kysely)
  const found: TotalGroup[][] = pairs.map(() => [])
  for (const { span, kind, sums } of rows) {
    const [sales, summed, high, low]: Sums = JSON.parse(sums)
    const its = kinds[kind]
    if (its !== undefined && sales > 0) found[span]?.push({ ...its, sales, summed, high, low })
  }
  return found
}

/** Kind by kind, so that only the clients are sorted. There are as many as an operator made: the rows are few. */
async function byClient(
  kysely: Kysely<Schema>,
  filter: SaleFilter,
): Promise<readonly ClientTotals[]> {
  const found: (TotalGroup & { readonly client: string })[] = []
  for (const { status, currency, decimals } of await decidedKinds(kysely, filter)) {
    const { rows } = await sql<(typeof found)[number]>`
      select client, status, currency, amount_decimals as decimals,
        ${SUMS.sales} as sales, ${SUMS.summed} as summed, ${SUMS.high} as high, ${SUMS.low} as low
      from sale indexed by sale_total
      where status <> 'in_progress'
      and status = ${status} and currency is ${currency} and amount_decimals is ${decimals}
      ${conditionsOf({ ...filter, status: undefined })}
      group by client
    `.execute(kysely)
    found.push(...rows)
  }
  found.push(...(await openByClient(kysely, filter)))
  const salesOf = (groups: readonly TotalGroup[]) =>
    groups.reduce((sum, { sales }) => sum + sales, 0)
  return [...Map.groupBy(found, ({ client }) => client)]
    .toSorted(([a, its], [b, others]) => salesOf(others) - salesOf(its) || (a < b ? -1 : 1))
    .map(([client, groups]) => ({ client, totals: totalsOf(groups) }))
}

async function openByClient(kysely: Kysely<Schema>, filter: SaleFilter) {
  if (filter.status !== undefined && filter.status !== 'in_progress') return []
  const { rows } = await sql<TotalGroup & { readonly client: string }>`
    select client, status, currency, amount_decimals as decimals,
      ${SUMS.sales} as sales, ${SUMS.summed} as summed, ${SUMS.high} as high, ${SUMS.low} as low
    from sale indexed by sale_status
    where status = 'in_progress' ${conditionsOf({ ...filter, status: undefined })}
    group by client, currency, amount_decimals
  `.execute(kysely)
  return rows
}

async function page(
  kysely: Kysely<Schema>,
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
  `.execute(kysely)
  // The first page is whole, wherever the one after it began.
  if (asked.at === 'newer' && rows.length <= limit) {
    return page(kysely, filter, { at: 'newest' }, limit)
  }
  const read = rows.slice(0, limit)
  const sales = (isUpwards ? read.toReversed() : read).map(toPlaced)
  const [first] = sales
  return {
    sales,
    before: first === undefined ? 0 : await countAfter(kysely, filter, first.position),
    hasOlder: isUpwards ? asked.at === 'newer' : rows.length > limit,
  }
}

async function countAfter(
  kysely: Kysely<Schema>,
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
