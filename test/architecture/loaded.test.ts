// What `gateway serve` loads at its start: each package and each file stays in memory as long as it serves.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, it } from 'node:test'

/** The entry's own `import()` loads the first, and `serve` the second. */
const BEGINNINGS = ['src/infrastructure/cli/main.ts', 'src/infrastructure/cli/serve-command.ts']

/** Files that another command, another setting or a test needs, and that serving does not. */
const LEFT_OUT: readonly RegExp[] = [
  /^src\/infrastructure\/(demo|evidence)\//,
  /^src\/infrastructure\/cli\/(?!main|serve-command|terminal\/command-config)/,
  /^src\/adapters\/fake-zoho\/(?!world\/sample-data|schema\/)/,
  /^src\/adapters\/mail\/smtp-/,
  /^src\/adapters\/zoho\/rehearsal\//,
  /^src\/adapters\/(log-client|sqlite\/archive)\//,
  /^(src\/(adapters|infrastructure)|migrations)\/postgres\//,
]

describe('Serving', () => {
  it('loads these packages and no others', async () => {
    const { packages } = await loadedBy(BEGINNINGS)
    assert.deepEqual(packages, [
      '@fastify/sensible',
      'better-sqlite3',
      'canonicalize',
      'commander',
      'fastify',
      'kysely',
      'kysely/migration',
      'pino',
      'prom-client',
      'typebox',
      'typebox/compile',
      'typebox/system',
      'typebox/value',
      'uuid',
    ])
  })

  it('loads no file that only another command or another setting needs', async () => {
    const { files } = await loadedBy(BEGINNINGS)
    assert.ok(files.length > 150, `${files.length} files`)
    const needless = files.filter((file) => LEFT_OUT.some((pattern) => pattern.test(file)))
    assert.deepEqual(needless, [])
  })

  it('names files that are there to be left out', async () => {
    const { files } = await loadedBy([
      'src/infrastructure/demo/tour.ts',
      'src/infrastructure/evidence/bundle-folder.ts',
      'src/infrastructure/postgres/connect-postgres.ts',
      'src/infrastructure/cli/audit/audit-command.ts',
      'src/infrastructure/cli/zoho/zoho-command.ts',
      'src/adapters/mail/smtp-mailer.ts',
    ])
    for (const pattern of LEFT_OUT) {
      assert.ok(
        files.some((file) => pattern.test(file)),
        String(pattern),
      )
    }
  })
})

/** All that is loaded with these files: by imports that are neither of types alone nor `import()`. */
async function loadedBy(beginnings: readonly string[]) {
  const files = new Set(beginnings)
  const packages = new Set<string>()
  // A set hands out what is added to it meanwhile, so that this ends when nothing new is imported.
  for (const file of files) {
    for (const specifier of loadsOf(await readFile(file, 'utf8'))) {
      const isOurs = specifier.startsWith('.')
      if (isOurs) files.add(path.posix.join(path.posix.dirname(file), specifier))
      else if (!specifier.startsWith('node:')) packages.add(specifier)
    }
  }
  return { files: [...files], packages: [...packages].sort() }
}

function loadsOf(text: string): readonly string[] {
  const statements = text.matchAll(/^(?:import|export) (?!type )[^'"]*? from '([^']+)'/gm)
  return [...statements].map(([, specifier]) => specifier ?? '')
}
