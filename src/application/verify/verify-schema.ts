import type { Report } from './finding.ts'
import type { SchemaEntry } from './log-archive.port.ts'

/** Compares tables, indices and triggers by the SQL that created them. */
export function compareSchemas(
  expected: readonly SchemaEntry[],
  found: readonly SchemaEntry[],
  report: Report,
): void {
  const there = new Map(found.map(({ name, sql }) => [name, sql]))
  for (const { name, sql } of expected) {
    const made = there.get(name)
    if (made === undefined) report('schema', `${name} is missing`)
    else if (made !== sql) report('schema', `${name} is not what this version makes`)
    there.delete(name)
  }
  for (const name of there.keys()) report('schema', `${name} is not known to this version`)
}
