import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, it } from 'node:test'

// The layers, and what each may import beside itself. Reading order is dependency order.
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  'src/domain': [],
  'src/application': ['src/domain'],
  'src/adapters/disk': ['src/domain', 'src/application', 'npm'],
  'src/adapters/fake-zoho': ['src/domain', 'src/application', 'npm'],
  'src/adapters/http': ['src/domain', 'src/application', 'npm'],
  'src/adapters/log-client': ['src/domain', 'src/application', 'npm'],
  'src/adapters/mail': ['src/domain', 'src/application', 'npm'],
  'src/adapters/signing': ['src/domain', 'src/application', 'npm'],
  'src/adapters/sqlite': ['src/domain', 'src/application', 'npm'],
  'src/adapters/zoho': ['src/domain', 'src/application', 'npm'],
  migrations: ['kysely'],
  'src/infrastructure': ['src/domain', 'src/application', 'src/adapters', 'migrations', 'npm'],
}

const LINES_MAX = 250

/** Words the domain has no business with: it is handed the time and all ids. */
const IMPURE = /\b(Date\.now|new Date\(\)|Math\.random|performance\.|process\.|console\.|crypto\.)/

const COMMENTS = /\/\*[\s\S]*?\*\/|\/\/.*$/gm

const sources = await readSources()

describe('Architecture', () => {
  for (const { file, text } of sources) {
    const layer = Object.keys(ALLOWED).find((name) => file.startsWith(`${name}/`))

    it(`${file} imports only what its layer may`, () => {
      assert.ok(layer !== undefined, 'is in no layer')
      const allowed = [layer, ...(ALLOWED[layer] ?? [])]
      for (const specifier of importsOf(text)) {
        const target = specifier.startsWith('.')
          ? path.posix.join(path.posix.dirname(file), specifier)
          : specifier
        const known = allowed.some(
          (name) =>
            target.startsWith(`${name}/`) ||
            target === name ||
            (name === 'npm' && !specifier.startsWith('.')),
        )
        assert.ok(known, `${layer} may not import ${specifier}`)
      }
    })

    it(`${file} has at most ${LINES_MAX} lines`, () => {
      assert.ok(text.split('\n').length <= LINES_MAX)
    })
  }

  for (const { file, text } of sources.filter(({ file }) => file.startsWith('src/domain/'))) {
    it(`${file} has no clock, no chance and no surroundings`, () => {
      assert.doesNotMatch(text.replace(COMMENTS, ''), IMPURE)
    })
  }

  it('sees the dependencies it judges', () => {
    const imports = sources.flatMap(({ text }) => importsOf(text))
    assert.ok(imports.length > 200, `only ${imports.length} imports found`)
  })
})

function importsOf(text: string): readonly string[] {
  return [...text.matchAll(/\b(?:from|import) '([^']+)'|\bimport\('([^']+)'\)/g)].map(
    ([, from, dynamic]) => from ?? dynamic ?? '',
  )
}

async function readSources() {
  const found: { file: string; text: string }[] = []
  for (const root of ['src', 'migrations']) {
    for (const name of await readdir(root, { recursive: true })) {
      if (!/\.(ts|js)$/.test(name)) continue
      const file = path.posix.join(root, name)
      found.push({ file, text: await readFile(file, 'utf8') })
    }
  }
  assert.ok(found.length > 0, 'no sources found: run from the repository root')
  return found
}
