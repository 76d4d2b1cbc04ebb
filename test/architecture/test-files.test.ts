// Holds what a test file has to keep, so that it tests on Deno what it tests on Node.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'

const SELF = fileURLToPath(import.meta.url)
const TESTS = fileURLToPath(new URL('..', import.meta.url))

/** Reads on to the arrow of the callback, and no further than to the first test in it. */
const ASYNC_DESCRIBE = /\bdescribe(?:\.\w+)?\((?:(?!=>|\b(?:it|test)\().)*?\basync\b/s

/** Files and folders in one folder of tests, as in one of the source. */
const ENTRIES_MAX = 16

/** Those below the folder of all tests, which itself has an entry for each suite. */
function fullFolders(most: number): readonly string[] {
  return readdirSync(TESTS, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ parentPath, name }) => path.join(parentPath, name))
    .filter((folder) => readdirSync(folder).length > most)
}

describe('The test files', () => {
  it('are in folders of one subject each', () => {
    assert.deepEqual(fullFolders(ENTRIES_MAX), [])
    assert.ok(fullFolders(ENTRIES_MAX / 2).length > 0)
  })

  it('have no async describe: on Deno it is empty, and passes', () => {
    const files = readdirSync(TESTS, { recursive: true, encoding: 'utf8' })
      .map((name) => path.join(TESTS, name))
      .filter((file) => file.endsWith('.test.ts') && file !== SELF)
    assert.ok(files.length > 100, `only ${files.length} files were read`)
    const found = files.filter((file) => ASYNC_DESCRIBE.test(readFileSync(file, 'utf8')))
    assert.deepEqual(found, [])
  })
})

describe('The search for an async describe', () => {
  for (const text of [
    "describe('One', async () => {",
    "describe.only('One', { concurrency: 2 }, async () => {",
    "describe(\n  'One',\n  async function () {",
  ]) {
    it(`finds ${JSON.stringify(text)}`, () => assert.match(text, ASYNC_DESCRIBE))
  }

  for (const text of [
    "describe('One', () => {\n  it('two', async () => {",
    "describe('One', function () { it('two', async () => {",
    "it('two', async () => {",
  ]) {
    it(`lets ${JSON.stringify(text)} pass`, () => assert.doesNotMatch(text, ASYNC_DESCRIBE))
  }
})
