// Writes the report of a fuzz for a person.

import type { FuzzReport } from './run-fuzz.ts'

export function toldOf({ requests, answers, findings, early, late }: FuzzReport): string {
  const grown = (['heapBytes', 'residentBytes', 'openFiles'] as const).map(
    (name) => `${name} ${early?.[name]} -> ${late?.[name]}`,
  )
  return [
    `${requests} requests, answered:`,
    ...[...answers].toSorted().map(([operation, counts]) => `  ${operation}: ${countsOf(counts)}`),
    grown.join(', '),
    `${findings.length} findings`,
    ...findings,
  ].join('\n')
}

function countsOf(counts: ReadonlyMap<string, number>): string {
  return [...counts]
    .toSorted()
    .map(([status, count]) => `${status} ${count} times`)
    .join(', ')
}
