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

describe('The test files', () => {
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
