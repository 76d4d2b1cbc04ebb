import { type Kysely, sql } from 'kysely'

/** The API keys. A key has 256 random bits, so one SHA-256 of it is safe to keep. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table api_key (
      -- Public, and no part of the key.
      id text primary key not null,
      client text not null,
      -- A JSON array.
      scopes text not null check (json_valid(scopes)),
      digest blob not null unique check (length(digest) = 32),
      created_at integer not null,
      expires_at integer,
      revoked_at integer
    ) strict
  `.execute(db)
}
