import { type Kysely, sql } from 'kysely'

/**
 * The schema that the migrations of SQLite up to 015 make; their comments say what a column holds, and
 * a test that the two are alike. Texts are ordered by their bytes, as in SQLite, whatever the
 * language of the database is.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await addMemberFunction(db)
  await addEvents(db)
  await addSales(db)
  await addMails(db)
  await addTree(db)
  await addRest(db)
  await addAppendOnly(db)
}

/**
 * The body as JSON that can be read: PostgreSQL has no text for U+0000 or for half a surrogate pair, and
 * reads no member of a body that has one of these escapes anywhere. They become U+FFFD. An escape is one
 * after an even number of backslashes.
 */
const READABLE = sql.raw(String.raw`
  case when strpos(body, '\u0000') = 0 and strpos(body, '\ud') = 0 then body
  else regexp_replace(body, '(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})', '\1\\ufffd', 'g')
  end::json
`)

/**
 * The text of a member of an event's body; null where there is none, and where the body is no JSON, as
 * after a damage of the disk: else no index with one could be made again. It is not parallel safe, because
 * it catches errors, and it calls nothing of ours, because an index is made without a search path.
 */
async function addMemberFunction(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function event_member(body text, variadic path text[]) returns text
    language plpgsql immutable strict as $$
    begin
      return ${READABLE} #>> path;
    exception when data_exception or statement_too_complex then
      return null;
    end $$
  `.execute(db)
}

async function addEvents(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table event (
      position bigint primary key,
      sale_id text collate "C",
      sequence bigint,
      type text collate "C" not null,
      -- Never jsonb: its bytes are hashed.
      body text collate "C" not null,
      unique (sale_id, sequence),
      check ((sale_id is null) = (sequence is null))
    )
  `.execute(db)
  // One row. Who adds to the log locks it first: so positions have no gaps, and their order is that of the commits.
  await sql`
    create table log_head (
      id smallint primary key check (id = 1),
      -- How many events the log has.
      size bigint not null
    )
  `.execute(db)
  await sql`insert into log_head (id, size) values (1, 0)`.execute(db)
  await addEventIndexes(db)
  await addEventNext(db)
}

async function addEventIndexes(db: Kysely<unknown>): Promise<void> {
  for (const [name, types] of [
    ['event_account', ['CrmAccountShut', 'CrmAccountReopened']],
    ['event_resume', ['SaleResumeRequested']],
    ['event_loss', ['LogLossAccepted']],
  ] as const) {
    await sql`
      create index ${sql.ref(name)} on event (position) where type in (${literals(types)})
    `.execute(db)
  }
  await sql`
    create index event_about_sale on event (position)
    where sale_id is null
    and type in ('MailSent', 'SaleResumeRequested', 'SaleUnreadable', 'AuditExported')
  `.execute(db)
  await sql`
    create index event_unreadable on event (event_member(body, 'data', 'saleId'))
    where type = 'SaleUnreadable'
  `.execute(db)
  await sql`
    create unique index event_auditor_look
    on event (event_member(body, 'actor', 'keyId'), event_member(body, 'data', 'day'))
    where type = 'AuditorLooked'
  `.execute(db)
  await sql`
    create index event_record on event ((
      case type
        when 'DealCreated' then event_member(body, 'data', 'dealId')
        when 'QuoteCreated' then event_member(body, 'data', 'quoteId')
        when 'SalesOrderCreated' then event_member(body, 'data', 'salesOrderId')
        else event_member(body, 'data', 'id')
      end
    ))
    where type in (
      'DealCreated', 'QuoteCreated', 'SalesOrderCreated', 'RecordNamed', 'OrphanDeleted',
      'OrphanDeleteFailed'
    )
  `.execute(db)
  await sql`
    create index event_request on event (event_member(body, 'actor', 'requestId'))
    where type in ('SaleRequested', 'AuditorLooked', 'AuditExported')
  `.execute(db)
  await sql`
    create index event_beside on event (type, coalesce(event_member(body, 'at'), ''))
    where sale_id is null
  `.execute(db)
}

/**
 * Each event is the next of the log and of its sale: the one before it is there. Its columns say what its body
 * says. Looked at once for all rows of a statement, which may be of many sales. A plan with a sequential scan,
 * made while the log is short, would read all of a long one.
 */
async function addEventNext(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function event_next() returns trigger
    language plpgsql set enable_seqscan = off as $$
    begin
      if exists (
        select from (
          select min(position) as first, max(position) as last, count(*) as events from added
        ) as run
        where last - first + 1 <> events or first < 1
          or (first > 1 and (select true from event where position = first - 1) is null)
      ) or exists (
        select from added where sequence <> 1 and (
          select before.position < added.position from event as before
          where before.sale_id = added.sale_id and before.sequence = added.sequence - 1
        ) is not true
      ) then
        raise integrity_constraint_violation
          using message = 'event: not the next position and sequence';
      end if;
      if exists (
        select from added, json_to_record(${READABLE})
          as said(position bigint, "saleId" text, sequence bigint, type text)
        where (said.position, said."saleId", said.sequence, said.type)
          is distinct from (added.position, added.sale_id, added.sequence, added.type)
      ) then
        raise integrity_constraint_violation using message = 'event: its body says something else';
      end if;
      return null;
    end $$
  `.execute(db)
  await sql`
    create trigger event_next after insert on event
    referencing new table as added
    for each statement execute function event_next()
  `.execute(db)
}

async function addSales(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table sale (
      first_position bigint primary key,
      sale_id text collate "C" not null unique,
      client text collate "C" not null,
      sequence bigint not null,
      status text collate "C" not null,
      contact_id text collate "C" not null,
      deal_id text collate "C",
      quote_id text collate "C",
      sales_order_id text collate "C",
      requested_at bigint not null,
      ended_at bigint,
      failed_step text collate "C",
      failure_message text collate "C",
      at_rest smallint not null check (at_rest in (0, 1)),
      amount_units bigint,
      amount_decimals bigint,
      currency text collate "C",
      check ((failed_step is null) = (failure_message is null))
    )
  `.execute(db)
  await sql`create index sale_unfinished on sale (first_position) where at_rest = 0`.execute(db)
  await sql`
    create index sale_client on sale
      (client, first_position, requested_at, status, contact_id, failed_step)
  `.execute(db)
  await sql`
    create index sale_status on sale
      (status, first_position, requested_at, client, contact_id, failed_step)
  `.execute(db)
  await sql`
    create index sale_contact on sale
      (contact_id, first_position, requested_at, client, status, failed_step)
  `.execute(db)
  await sql`
    create index sale_failed_step on sale
      (failed_step, first_position, requested_at, client, status, contact_id)
    where failed_step is not null
  `.execute(db)
  await sql`
    create index sale_total on sale (
      status, currency, amount_decimals, requested_at, client, contact_id, failed_step, amount_units
    )
    where status <> 'in_progress'
  `.execute(db)
  await sql`
    create table idempotency_claim (
      client text collate "C" not null,
      key_digest bytea not null check (length(key_digest) = 32),
      request_digest bytea not null check (length(request_digest) = 32),
      sale_id text collate "C" not null,
      claimed_at bigint not null,
      primary key (client, key_digest)
    )
  `.execute(db)
  await sql`create index idempotency_claim_age on idempotency_claim (claimed_at)`.execute(db)
}

async function addMails(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table outbox (
      id bigint generated by default as identity primary key,
      message_id text collate "C" not null unique,
      about text collate "C" not null,
      sale_id text collate "C",
      subject text collate "C" not null,
      text text collate "C" not null,
      created_at bigint not null,
      attempts bigint not null,
      due_at bigint not null,
      sent_at bigint,
      open smallint not null default 0 check (open in (0, 1))
    )
  `.execute(db)
  await sql`create index outbox_waiting on outbox (due_at) where sent_at is null`.execute(db)
  await sql`create index outbox_open on outbox (due_at) where open = 1`.execute(db)
  await sql`create index outbox_oldest on outbox (created_at) where sent_at is null`.execute(db)
  await sql`create index outbox_sale on outbox (sale_id) where sale_id is not null`.execute(db)
  await sql`
    create table mailed_failure (
      id bigint generated by default as identity primary key,
      sale_id text collate "C" not null unique,
      mail_id bigint not null references outbox (id),
      failed_at bigint not null,
      facts text collate "C"
    )
  `.execute(db)
  await sql`create index mailed_failure_mail on mailed_failure (mail_id)`.execute(db)
  await sql`create index mailed_failure_time on mailed_failure (failed_at)`.execute(db)
}

async function addTree(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table tree_node (
      place bigint primary key,
      hash bytea not null check (length(hash) = 32)
    )
  `.execute(db)
  await sql`
    create table checkpoint (
      number bigint primary key,
      size bigint not null,
      at bigint not null,
      note text collate "C" not null
    )
  `.execute(db)
  await sql`create index checkpoint_time on checkpoint (at)`.execute(db)
  await sql`
    create function tree_node_next() returns trigger
    language plpgsql set enable_seqscan = off as $$
    begin
      if exists (
        select from (select min(place) as first, max(place) as last, count(*) as places from added) as run
        where last - first + 1 <> places or first < 0
          or (first > 0 and (select true from tree_node where place = first - 1) is null)
      ) then
        raise integrity_constraint_violation using message = 'tree_node: not the next';
      end if;
      return null;
    end $$
  `.execute(db)
  await sql`
    create trigger tree_node_next after insert on tree_node
    referencing new table as added
    for each statement execute function tree_node_next()
  `.execute(db)
  await sql`
    create function checkpoint_next() returns trigger language plpgsql as $$
    begin
      if new.number <= (select coalesce(max(number), 0) from checkpoint) then
        raise integrity_constraint_violation using message = 'checkpoint: not the next';
      end if;
      return new;
    end $$
  `.execute(db)
  await sql`
    create trigger checkpoint_next before insert on checkpoint
    for each row execute function checkpoint_next()
  `.execute(db)
}

async function addRest(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table api_key (
      id text collate "C" primary key,
      client text collate "C" not null,
      scopes text collate "C" not null check (scopes::json is not null),
      digest bytea not null unique check (length(digest) = 32),
      created_at bigint not null,
      expires_at bigint,
      revoked_at bigint,
      last_used_at bigint,
      -- The order in which the keys were made. Every table of SQLite has it by itself.
      rowid bigint generated always as identity
    )
  `.execute(db)
  await sql`
    create table token_shelf (
      id smallint primary key check (id = 1),
      sealed bytea,
      claimed_until bigint not null
    )
  `.execute(db)
  await sql`insert into token_shelf (id, claimed_until) values (1, 0)`.execute(db)
  await sql`create table copy_mark (position bigint not null, made_at bigint not null)`.execute(db)
  await sql`
    create table crm_mark (
      id smallint primary key check (id = 1),
      kind text collate "C" not null,
      marked_at bigint not null
    )
  `.execute(db)
}

/** These triggers stop mistakes; who owns the tables can take them away. The rights of the service's role stop that, too. */
async function addAppendOnly(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function append_only() returns trigger language plpgsql as $$
    begin
      raise integrity_constraint_violation
        using message = format('%s: append only', tg_table_name);
    end $$
  `.execute(db)
  for (const table of ['event', 'tree_node', 'checkpoint']) {
    await sql`
      create trigger ${sql.ref(`${table}_append_only`)}
      before update or delete or truncate on ${sql.ref(table)}
      for each statement execute function append_only()
    `.execute(db)
  }
}

function literals(texts: readonly string[]) {
  return sql.join(texts.map((text) => sql.lit(text)))
}
