import { type Kysely, sql } from 'kysely'

/** Which mail names which failed sale. Where many sales fail within a minute, one mail names several. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // 1 while further failed sales may join the mail. An open mail was never attempted.
  await sql`
    alter table outbox add column open integer not null default 0 check (open in (0, 1))
  `.execute(db)
  await sql`create index outbox_open on outbox (due_at) where open = 1`.execute(db)
  // Finds the oldest mail that waits.
  await sql`create index outbox_oldest on outbox (created_at) where sent_at is null`.execute(db)
  await sql`
    create table mailed_failure (
      -- Their order in the mail.
      id integer primary key,
      -- A failed sale is named in one mail only.
      sale_id text not null unique,
      mail_id integer not null references outbox (id),
      failed_at integer not null,
      -- The lines about the sale; null where its mail never was open.
      facts text
    ) strict
  `.execute(db)
  await sql`create index mailed_failure_mail on mailed_failure (mail_id)`.execute(db)
  await sql`create index mailed_failure_time on mailed_failure (failed_at)`.execute(db)
  await sql`
    insert into mailed_failure (sale_id, mail_id, failed_at)
    select sale_id, id, created_at from outbox where about = 'failed' order by id
  `.execute(db)
}
