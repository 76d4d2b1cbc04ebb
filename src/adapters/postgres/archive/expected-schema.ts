import { readFileSync } from 'node:fs'
import type { SchemaEntry } from '../../../application/verify/log-archive.port.ts'

/** What the migrations make of an empty database. A verifier may make none in a server, so it is written down. */
const FILE = new URL('../../../../migrations/postgres/schema.json', import.meta.url)

/** The file: which migrations it is of, and what they make. */
export type WrittenSchema = {
  readonly migrations: readonly string[]
  readonly entries: readonly SchemaEntry[]
}

/** The schema that a database of this version has. `npm run schema` writes it anew. */
export function expectedSchema(): readonly SchemaEntry[] {
  return readWrittenSchema().entries
}

export function readWrittenSchema(): WrittenSchema {
  return JSON.parse(readFileSync(FILE, 'utf8'))
}
