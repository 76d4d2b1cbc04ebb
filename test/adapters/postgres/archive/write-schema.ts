// Writes the schema that a database of this version has into the repository.

import { writeFileSync } from 'node:fs'
import { madeSchema } from './made-schema.ts'

const text = JSON.stringify(await madeSchema(), undefined, 2)
writeFileSync('migrations/postgres/schema.json', `${text}\n`)
