// The API keys, of which only digests are stored, and the events about them.

import { randomBytes } from 'node:crypto'
import { type Selectable, sql } from 'kysely'
import {
  type ApiKey,
  type KeyStore,
  type NewApiKey,
  SCOPES,
} from '../../../application/access/key-store.port.ts'
import type { ApiKeyCreated, ApiKeyRevoked } from '../../../application/log/service-events.ts'
import { isKeyText, newKeyText } from '../../key-text/key-text.ts'
import type { Database } from '../database/database.ts'
import { digestOf } from '../database/digest.ts'
import { prepareQuery } from '../database/prepared-query.ts'
import type { ApiKeyTable } from '../database/schema.ts'
import { withAppErrors } from '../database/sqlite-errors.ts'
import type { LogGroup } from '../log/rows/log-group.ts'
import type { LogWriter } from '../log/rows/log-writer.ts'

const ID_BYTES = 4

export function makeSqliteKeyStore({ kysely }: Database, writer: LogWriter): KeyStore {
  // Read anew for each request: a key that another process revokes opens nothing from then on. To ask
  // SQLite whether another process wrote, by `pragma data_version`, takes as long as this.
  const withDigest = prepareQuery(kysely, (db, { digest }: Pick<ApiKeyTable, 'digest'>) =>
    db.selectFrom('api_key').selectAll().where('digest', '=', digest),
  )

  return {
    create(newKey, by) {
      return withAppErrors('create', async () => {
        const id = randomBytes(ID_BYTES).toString('hex')
        const key = newKeyText('live')
        const { client, scopes, createdAt, expiresAt } = newKey
        const write = async (group: LogGroup) => {
          await group.tx
            .insertInto('api_key')
            .values({
              id,
              client,
              scopes: JSON.stringify(scopes),
              digest: digestOf(key),
              created_at: createdAt,
              expires_at: expiresAt,
              revoked_at: null,
            })
            .execute()
          group.appendOwn([createdEvent(id, newKey)], by)
        }
        await writer.write({ hasOwn: true, write })
        return { id, key }
      })
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

    find(key) {
      return withAppErrors('find', async () => {
        if (!isKeyText(key)) return undefined
        // Found by its digest: how long that takes shows nothing of a key that would help to make one.
        const { rows } = await withDigest(kysely, { digest: digestOf(key) })
        const [row] = rows
        return row === undefined ? undefined : toApiKey(row)
      })
    },
  }
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
  }
}
