// The programs that are measured: our floors, the gateway, and the engines.

import type { Ready, Subject } from './base/subject.ts'
import { ENGINES } from './engines/engines.ts'

const PORT_SUBJECT = {
  kind: 'ours',
  file: 'subjects/ours.ts',
} as const

const SHIPPED = {
  kind: 'ours',
  file: '../src/infrastructure/gateway.js',
  args: ['serve'],
  isInstant: true,
  env: { CRM: 'fake' },
  ready: shippedReady,
} as const

export const SUBJECTS: readonly Subject[] = [
  {
    name: 'floor-front',
    kind: 'floor',
    what: 'our HTTP front with routes, key and validation, and no persistence',
    file: 'subjects/floor-front.ts',
  },
  {
    name: 'floor-commit',
    kind: 'floor',
    what: 'plain group commits of as many events behind a bare HTTP server',
    file: 'subjects/floor-commit.ts',
  },
  { name: 'ours', what: 'the gateway, with the CRM at its port', ...PORT_SUBJECT },
  { name: 'ours-deno', what: 'the same on Deno', runtime: 'deno', ...PORT_SUBJECT },
  ...[1, 2, 4].map(overPostgres),
  { name: 'shipped', what: 'the program as it is started, with the fake Zoho', ...SHIPPED },
  { name: 'shipped-deno', what: 'the same on Deno', runtime: 'deno', ...SHIPPED },
  ...ENGINES,
]

function overPostgres(gateways: number): Subject {
  return {
    name: `ours-postgres-${gateways}`,
    kind: 'ours',
    what: `${gateways} of the gateway over one PostgreSQL, with the CRM at the port of each`,
    file: 'subjects/many.ts',
    needsPackages: true,
    env: { GATEWAYS: String(gateways) },
  }
}

/** A name asks for that subject, or else for all whose names begin with it and a hyphen. */
export function subjectsNamed(
  names: readonly string[],
  subjects: readonly Subject[] = SUBJECTS,
): readonly Subject[] {
  const asked = names.flatMap((name) => {
    const exact = subjects.filter((subject) => subject.name === name)
    const found =
      exact.length > 0 ? exact : subjects.filter((subject) => subject.name.startsWith(`${name}-`))
    if (found.length === 0) throw new Error(`no subject is named ${name}`)
    return found
  })
  return subjects.filter((subject) => asked.includes(subject))
}

/** The first lines of the gateway name its address and, with the fake, a key. */
function shippedReady(line: string): Ready | undefined {
  const port = /^PLG sales gateway on http:\/\/[^:]+:(\d+)/m.exec(line)?.[1]
  const key = /^Demo key {3}(\S+)/m.exec(line)?.[1]
  if (port === undefined || key === undefined) return undefined
  return { port: Number(port), headers: { 'x-api-key': key } }
}
