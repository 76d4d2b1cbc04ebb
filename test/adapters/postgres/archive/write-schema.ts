// Writes the schema that a database of this version has into the repository.

import { writeFileSync } from 'node:fs'
import { migrations } from '../../../../migrations/postgres/index.ts'
import type { WrittenSchema } from '../../../../src/adapters/postgres/archive/expected-schema.ts'
import { madeSchema } from './made-schema.ts'

const written: WrittenSchema = {
  migrations: Object.keys(migrations),
  entries: await madeSchema(),
}
const text = JSON.stringify(written, undefined, 2)
writeFileSync('migrations/postgres/schema.json', `${text}\n`)
