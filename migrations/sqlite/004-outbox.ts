import { type Kysely, sql } from 'kysely'

/** The mails, fixed before their first attempt. Sent mails stay in the table, as evidence. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table outbox (
      id integer primary key,
      -- One mail, however often its cause is written: a second of the same id is not stored.
      message_id text not null unique,
      about text not null,
      -- Null for a mail about the account with the CRM.
      sale_id text,
      subject text not null,
      text text not null,
      created_at integer not null,
      -- Failed attempts so far.
      attempts integer not null,
      due_at integer not null,
      -- Null while the mail waits.
      sent_at integer
    ) strict
  `.execute(db)
  await sql`create index outbox_waiting on outbox (due_at) where sent_at is null`.execute(db)
}
