// Holds that every test of a room is in a lane: the coverage run and Deno run the lanes, and no file by its name.
import assert from 'node:assert/strict'
import { globSync, readdirSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'

const TESTS = fileURLToPath(new URL('..', import.meta.url))
const LANES = fileURLToPath(new URL('../lanes', import.meta.url))
const ROOMS = '{domain,application,adapters,infrastructure,service}/**/*.test.ts'

const patterns = readdirSync(LANES)
  .map((name) => readFileSync(`${LANES}/${name}`, 'utf8'))
  .flatMap((text) => [...text.matchAll(/'([^']+\.test\.ts)'/g)].flatMap(([, given]) => given ?? []))
const found = patterns.flatMap((pattern) => globSync(pattern, { cwd: TESTS }))

describe('The lanes of the tests', () => {
  it('hold every test of their rooms, each once', () => {
    assert.deepEqual(found.toSorted(), globSync(ROOMS, { cwd: TESTS }).toSorted())
  })

  it('are all named where they are run', () => {
    const scripts = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
    const tasks = readFileSync(new URL('../../deno.json', import.meta.url), 'utf8')
    for (const name of readdirSync(LANES)) {
      assert.match(scripts, new RegExp(`lanes/\\{[^}]*\\b${name.slice(0, -3)}\\b`))
      assert.equal(tasks.split(`test/lanes/${name} `).length > 2, true, `${name} in deno.json`)
    }
  })
})
