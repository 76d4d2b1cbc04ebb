import { type Kysely, sql } from 'kysely'

/**
 * What an auditor finds and adds up: sales by the ids of their records and by request, amounts by status and
 * currency, and the events of no sale by type and time.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await addAmounts(db)
  // The sums of decided sales are read from this index alone, group by group. A sale in progress is
  // not in it: it would cost two more writes, and there are few.
  await sql`
    create index sale_total on sale (
      status, currency, amount_decimals, requested_at, client, contact_id, failed_step, amount_units
    )
    where status <> 'in_progress'
  `.execute(db)
  // Finds the events that name a record of the CRM as one of a sale. A body that is no JSON, as after a
  // damage of the disk, is in the index under null: else no database with one could be opened, or backed up.
  await sql`
    create index event_record on event (
      case when json_valid(body) then case type
        when 'DealCreated' then body ->> '$.data.dealId'
        when 'QuoteCreated' then body ->> '$.data.quoteId'
        when 'SalesOrderCreated' then body ->> '$.data.salesOrderId'
        else body ->> '$.data.id'
      end end
    )
    where type in (
      'DealCreated', 'QuoteCreated', 'SalesOrderCreated', 'RecordNamed', 'OrphanDeleted',
      'OrphanDeleteFailed'
    )
  `.execute(db)
  // Finds what a request did.
  await sql`
    create index event_request on event (
      case when json_valid(body) then body ->> '$.actor.requestId' end
    )
    where type in ('SaleRequested', 'AuditorLooked', 'AuditExported')
  `.execute(db)
  // The events of no sale, of each type in the order of their times; first those that cannot be read.
  await sql`
    create index event_beside on event (
      type, coalesce(case when json_valid(body) then body ->> '$.at' end, '')
    )
    where sale_id is null
  `.execute(db)
  await sql`create index checkpoint_time on checkpoint (at)`.execute(db)
}

/** The amount of a priced sale is amount_units / 10 ^ amount_decimals; one of more than 15 digits is in the log only. */
async function addAmounts(db: Kysely<unknown>): Promise<void> {
  await sql`alter table sale add column amount_units integer`.execute(db)
  await sql`alter table sale add column amount_decimals integer`.execute(db)
  // ISO 4217; null where the organisation has one currency only.
  await sql`alter table sale add column currency text`.execute(db)
  await sql`
    update sale set
      amount_units = case when length(priced.digits) <= 15 then cast(priced.digits as integer) end,
      amount_decimals = case when length(priced.digits) <= 15 then priced.decimals end,
      currency = priced.currency
    from (
      select sale_id, currency, replace(amount, '.', '') as digits,
        case instr(amount, '.') when 0 then 0 else length(amount) - instr(amount, '.') end as decimals
      from (
        select sale_id, body ->> '$.data.amount' as amount, body ->> '$.data.currency' as currency
        from event where type = 'SalePriced' and json_valid(body)
      )
    ) as priced
    where sale.sale_id = priced.sale_id
  `.execute(db)
}
