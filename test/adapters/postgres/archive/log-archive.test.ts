// Runs the contract of the archive over PostgreSQL.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { expectedSchema } from '../../../../src/adapters/postgres/archive/expected-schema.ts'
import { openPostgresLogArchive } from '../../../../src/adapters/postgres/archive/postgres-log-archive.ts'
import { logArchiveContract } from '../../../application/verify/log-archive.contract.ts'
import { connect, migratedDatabase, settingsOf } from '../open-stores.ts'
import { madeSchema } from './made-schema.ts'

describe('The schema of PostgreSQL', () => {
  it('in the repository is the one that the migrations make: npm run schema writes it', async () => {
    assert.deepEqual(expectedSchema(), await madeSchema())
  })
})

logArchiveContract({
  name: 'postgres',
  expectedSchema: expectedSchema(),
  async shared() {
    const url = await migratedDatabase()
    return {
      connect: async () => connect(url),
      openArchive: () => openPostgresLogArchive(settingsOf(url)),
      async [Symbol.asyncDispose]() {},
    }
  },
})
