// The tree keeps to its rooms, and each rule is seen to find what it is there for.
import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, it } from 'node:test'
import {
  importsOf,
  judgeCircles,
  judgeImports,
  judgeNames,
  judgePorts,
  judgePurity,
  judgeRooms,
  type Source,
} from './judge.ts'
import { ROOMS, type Room } from './rooms.ts'

/** Files and folders in one folder; with more, it holds a subject that was not named yet. */
const ENTRIES_MAX = 16

const sources = await readSources()

describe('The source tree', () => {
  it('has rooms that import only from rooms above them', () => {
    assert.deepEqual(judgeRooms(ROOMS), [])
  })

  it('imports only what the room of each file allows', () => {
    assert.deepEqual(judgeImports(sources, ROOMS), [])
  })

  it('has no circle of imports, of values or of types', () => {
    assert.deepEqual(judgeCircles(sources), [])
  })

  it('has a domain without a clock, chance or surroundings', () => {
    assert.deepEqual(judgePurity(sources), [])
  })

  it('names the CRM in its adapter and its set-up only', () => {
    assert.deepEqual(judgeNames(sources), [])
  })

  it('has its ports in the application, as types', () => {
    assert.deepEqual(judgePorts(sources), [])
  })

  it('has no folder that holds too many subjects', () => {
    const entries = new Map<string, Set<string>>()
    for (const { file } of sources) {
      const parts = file.split('/')
      for (let depth = 1; depth < parts.length; depth += 1) {
        const folder = parts.slice(0, depth).join('/')
        entries.set(folder, (entries.get(folder) ?? new Set()).add(parts[depth] ?? ''))
      }
    }
    // A migration is added for ever, and none is taken away.
    for (const folder of [...entries.keys()].filter((name) => name.startsWith('migrations')))
      entries.delete(folder)
    const full = [...entries].filter(([, { size }]) => size > ENTRIES_MAX)
    assert.deepEqual(
      full.map(([folder]) => folder),
      [],
    )
  })

  it('is read whole', () => {
    assert.ok(sources.length > 300, `${sources.length} files`)
    assert.ok(sources.flatMap(({ text }) => importsOf(text)).length > 1_000)
  })
})

describe('A rule of the source tree', () => {
  const rooms: readonly Room[] = [
    { folder: 'src/domain', rooms: [], packages: [] },
    { folder: 'src/application/log', rooms: ['src/domain'], packages: [] },
    { folder: 'src/application/sale', rooms: ['src/domain'], packages: ['node:crypto'] },
    { folder: 'src/adapters/http', rooms: ['src/application/'], packages: 'any' },
  ]
  const judged = (file: string, text: string) => judgeImports([{ file, text }], rooms)

  it('lets through what is listed', () => {
    assert.deepEqual(
      judged('src/adapters/http/a.ts', "import { b } from '../../application/log/b.ts'"),
      [],
    )
    assert.deepEqual(judged('src/application/log/a.ts', "import { b } from './b.ts'"), [])
    assert.deepEqual(judged('src/application/sale/a.ts', "import { hash } from 'node:crypto'"), [])
  })

  const wrong: readonly (readonly [string, string, string])[] = [
    ['a value of a room below', 'src/domain/a.ts', "import { b } from '../application/log/b.ts'"],
    [
      'a type of a room below',
      'src/domain/a.ts',
      "import type { B } from '../application/log/b.ts'",
    ],
    ['another feature', 'src/application/sale/a.ts', "import type { B } from '../log/b.ts'"],
    ['a room behind a dynamic import', 'src/domain/a.ts', "await import('../adapters/http/b.ts')"],
    ['a re-export', 'src/domain/a.ts', "export { b } from '../application/log/b.ts'"],
    [
      'an import over several lines',
      'src/domain/a.ts',
      "import {\n  b,\n} from '../application/log/b.ts'",
    ],
    ['a package', 'src/application/log/a.ts', "import { pino } from 'pino'"],
    ['the runtime', 'src/domain/a.ts', "import process from 'node:process'"],
    ['a file outside of all rooms', 'src/application/other/a.ts', ''],
    ['a room that is none', 'src/adapters/http/a.ts', "import { b } from '../../../test/b.ts'"],
  ]
  for (const [what, file, text] of wrong) {
    it(`finds ${what}`, () => {
      assert.equal(judged(file, text).length, 1)
    })
  }

  it('finds a room that imports from one below it, and one that stands twice', () => {
    const [domain, log] = rooms as [Room, Room]
    assert.equal(judgeRooms([log, domain]).length, 1)
    assert.equal(judgeRooms([domain, domain]).length, 1)
  })

  it('finds a circle, of types as well', () => {
    const circle = judgeCircles([
      { file: 'src/a.ts', text: "import type { B } from './b.ts'" },
      { file: 'src/b.ts', text: "import { c } from './c.ts'" },
      { file: 'src/c.ts', text: "import type { A } from './a.ts'" },
    ])
    assert.deepEqual(circle, ['circle: src/a.ts > src/b.ts > src/c.ts > src/a.ts'])
  })

  it('finds a clock in the domain, and not in a comment', () => {
    const file = 'src/domain/a.ts'
    assert.equal(judgePurity([{ file, text: 'const now = Date.now()' }]).length, 1)
    assert.deepEqual(judgePurity([{ file, text: '// unlike Date.now, this is handed in' }]), [])
  })

  it('finds a part of the runtime in the domain, but not the hash functions of its one file', () => {
    const judged = (file: string, text: string) => judgePurity([{ file, text }]).length
    const hashes = "import { createHash, hash } from 'node:crypto'"
    assert.equal(judged('src/domain/log/hash.ts', hashes), 0)
    assert.equal(judged('src/domain/log/hash.ts', "import { randomInt } from 'node:crypto'"), 1)
    assert.equal(
      judged('src/domain/log/hash.ts', "import { hash, randomInt } from 'node:crypto'"),
      1,
    )
    assert.equal(judged('src/domain/log/vkey.ts', hashes), 1)
  })

  it('finds the name of the CRM in a use case', () => {
    const text = "const module = 'Sales_Orders'"
    assert.equal(judgeNames([{ file: 'src/application/sale/a.ts', text }]).length, 1)
    assert.deepEqual(judgeNames([{ file: 'src/application/crm-setup/a.ts', text }]), [])
  })

  it('finds a port that stands elsewhere, runs, or is none', () => {
    const port = 'export interface Store {}'
    assert.equal(judgePorts([{ file: 'src/adapters/http/a.port.ts', text: port }]).length, 1)
    const file = 'src/application/sale/a.port.ts'
    assert.equal(judgePorts([{ file, text: `${port}\nexport function make() {}` }]).length, 1)
    assert.equal(judgePorts([{ file, text: 'const limit = 3' }]).length, 1)
    assert.deepEqual(judgePorts([{ file, text: port }]), [])
  })
})

async function readSources(): Promise<readonly Source[]> {
  const found: Source[] = []
  for (const root of ['src', 'migrations', 'bench']) {
    for (const name of await readdir(root, { recursive: true })) {
      if (!/\.(ts|js|mjs)$/.test(name) || name.includes('node_modules')) continue
      const file = path.posix.join(root, name)
      found.push({ file, text: await readFile(file, 'utf8') })
    }
  }
  return found
}
