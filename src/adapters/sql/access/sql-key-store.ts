// The API keys, of which only digests are stored, and the events about them.

import { randomBytes } from 'node:crypto'
import { type Selectable, sql, type Transaction } from 'kysely'
import {
  type ApiKey,
  type KeyStore,
  type NewApiKey,
  SCOPES,
} from '../../../application/access/key-store.port.ts'
import { rotationOf } from '../../../application/access/rotation.ts'
import type {
  ApiKeyCreated,
  ApiKeyRevoked,
  ApiKeyRotated,
} from '../../../application/log/service-events.ts'
import type { EpochMs } from '../../../domain/time.ts'
import { isKeyText, newKeyText } from '../../key-text/key-text.ts'
import type { Database } from '../database/database.ts'
import { withAppErrors } from '../database/database-failure.ts'
import { digestOf } from '../database/digest.ts'
import { prepareQuery } from '../database/prepared-query.ts'
import type { ApiKeyTable, Schema } from '../database/schema.ts'
import type { LogGroup } from '../log/rows/log-group.ts'
import type { LogWriter } from '../log/rows/log-writer.ts'

const ID_BYTES = 4

export function makeSqlKeyStore({ kysely }: Database, writer: LogWriter): KeyStore {
  const keyWith = makeLookUps(kysely)

  return {
    create(newKey, by) {
      return withAppErrors('create', async () => {
        const drawn = drawKey()
        const write = async (group: LogGroup) => {
          await insertKey(group, drawn, newKey)
          group.appendOwn([createdEvent(drawn.id, newKey)], by)
        }
        await writer.write({ hasOwn: true, write })
        return drawn
      })
    },

    rotate(id, overlapMs, at, by) {
      const drawn = drawKey()
      const write = async (group: LogGroup) => {
        const row = await group.tx
          .selectFrom('api_key')
          .selectAll()
          .where('id', '=', id)
          .executeTakeFirst()
        const rotation = row && rotationOf(toApiKey(row), at, overlapMs)
        if (rotation === undefined) return undefined
        const { successor, oldExpiresAt } = rotation
        await insertKey(group, drawn, successor)
        await endKey(group, id, oldExpiresAt)
        const ends = {
          keyId: id,
          newKeyId: drawn.id,
          expiresAt: new Date(oldExpiresAt).toISOString(),
        }
        const rotated: ApiKeyRotated = { type: 'ApiKeyRotated', at, data: ends }
        group.appendOwn([createdEvent(drawn.id, successor), rotated], by)
        return { ...drawn, client: successor.client, expiresAt: successor.expiresAt, oldExpiresAt }
      }
      return withAppErrors('rotate', () => writer.write({ hasOwn: true, write }))
    },

    list() {
      return withAppErrors('list', async () => {
        // No row is ever deleted, so rowids are in the order in which the keys were made.
        const rows = await kysely.selectFrom('api_key').selectAll().orderBy(sql`rowid`).execute()
        return rows.map(toApiKey)
      })
    },

    revoke(id, at, by) {
      const write = async (group: LogGroup) => {
        const { numUpdatedRows } = await group.tx
          .updateTable('api_key')
          .set({ revoked_at: at })
          .where('id', '=', id)
          .where('revoked_at', 'is', null)
          .executeTakeFirst()
        if (numUpdatedRows === 0n) return false
        const revoked: ApiKeyRevoked = { type: 'ApiKeyRevoked', at, data: { keyId: id } }
        group.appendOwn([revoked], by)
        return true
      }
      return withAppErrors('revoke', () => writer.write({ hasOwn: true, write }))
    },

    noteUses(uses) {
      const write = ({ tx }: LogGroup) => updateUses(tx, uses)
      return withAppErrors('noteUses', () => writer.write({ write }))
    },

    find(key) {
      return withAppErrors('find', async () => {
        if (!isKeyText(key)) return undefined
        // Found by its digest: how long that takes shows nothing of a key that would help to make one.
        return keyWith.digest(digestOf(key))
      })
    },

    findById(id) {
      return withAppErrors('findById', () => keyWith.id(id))
    },
  }
}

/**
 * Reads a key anew for each request: one that another process revokes opens nothing from then on. To ask
 * SQLite whether another process wrote, by `pragma data_version`, takes as long as this.
 */
function makeLookUps(kysely: Database['kysely']) {
  const withDigest = prepareQuery(kysely, (db, { digest }: Pick<ApiKeyTable, 'digest'>) =>
    db.selectFrom('api_key').selectAll().where('digest', '=', digest),
  )
  const withId = prepareQuery(kysely, (db, { id }: Pick<ApiKeyTable, 'id'>) =>
    db.selectFrom('api_key').selectAll().where('id', '=', id),
  )
  const keyIn = ({ rows: [row] }: { readonly rows: readonly Selectable<ApiKeyTable>[] }) =>
    row === undefined ? undefined : toApiKey(row)
  return {
    digest: async (digest: ApiKeyTable['digest']) => keyIn(await withDigest(kysely, { digest })),
    id: async (id: string) => keyIn(await withId(kysely, { id })),
  }
}

/** A key that is in no table yet, and its public id. */
function drawKey(): { readonly id: string; readonly key: string } {
  return { id: randomBytes(ID_BYTES).toString('hex'), key: newKeyText('live') }
}

async function insertKey(
  { tx }: LogGroup,
  { id, key }: ReturnType<typeof drawKey>,
  { client, scopes, createdAt, expiresAt }: NewApiKey,
): Promise<void> {
  const row = {
    id,
    client,
    scopes: JSON.stringify(scopes),
    digest: digestOf(key),
    created_at: createdAt,
    expires_at: expiresAt,
    revoked_at: null,
    last_used_at: null,
  }
  await tx.insertInto('api_key').values(row).execute()
}

async function endKey({ tx }: LogGroup, id: string, expiresAt: EpochMs): Promise<void> {
  await tx.updateTable('api_key').set({ expires_at: expiresAt }).where('id', '=', id).execute()
}

/** One statement, however many keys there are: the writes of sales may wait for it. */
async function updateUses(
  tx: Transaction<Schema>,
  uses: Parameters<KeyStore['noteUses']>[0],
): Promise<void> {
  if (uses.length === 0) return
  const rows = uses.map(({ id, at }) => sql`(cast(${id} as text), cast(${at} as bigint))`)
  await sql`
    update api_key set last_used_at = used.column2 from (values ${sql.join(rows)}) as used
    where api_key.id = used.column1 and coalesce(last_used_at, 0) < used.column2
  `.execute(tx)
}

function createdEvent(
  keyId: string,
  { client, scopes, createdAt, ...key }: NewApiKey,
): ApiKeyCreated {
  const expiresAt = key.expiresAt === null ? null : new Date(key.expiresAt).toISOString()
  return { type: 'ApiKeyCreated', at: createdAt, data: { keyId, client, scopes, expiresAt } }
}

function toApiKey(row: Selectable<ApiKeyTable>): ApiKey {
  const scopes: unknown = JSON.parse(row.scopes)
  return {
    id: row.id,
    client: row.client,
    // An unknown scope, of a newer version, gives no right.
    scopes: Array.isArray(scopes) ? SCOPES.filter((scope) => scopes.includes(scope)) : [],
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    lastUsedAt: row.last_used_at,
  }
}
