import { type Kysely, sql } from 'kysely'

/** The sale of each Idempotency-Key. A key may hold anything, also a name, so only digests are kept. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table idempotency_claim (
      client text not null,
      -- SHA-256, as is request_digest.
      key_digest blob not null check (length(key_digest) = 32),
      request_digest blob not null check (length(request_digest) = 32),
      sale_id text not null,
      claimed_at integer not null,
      primary key (client, key_digest)
    ) strict, without rowid
  `.execute(db)
  // Finds the expired claims, oldest first.
  await sql`create index idempotency_claim_age on idempotency_claim (claimed_at)`.execute(db)
}
