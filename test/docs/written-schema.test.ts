// The schema by which `audit verify` judges PostgreSQL is of all migrations. Its tables are compared in test/adapters.
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { migrations } from '../../migrations/postgres/index.ts'
import { readWrittenSchema } from '../../src/adapters/postgres/archive/expected-schema.ts'

it('migrations/postgres/schema.json is of the migrations that are there: npm run schema writes it', () => {
  assert.deepEqual(readWrittenSchema().migrations, Object.keys(migrations))
})
