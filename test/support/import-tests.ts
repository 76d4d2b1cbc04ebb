import { globSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const TESTS = new URL('..', import.meta.url)

/**
 * Takes all the tests of these patterns into this process: one lane of a suite. Node and Deno start each
 * test file anew, which loads the service for a second of the processor; the files of a lane load it
 * once.
 *
 * @throws {Error} when there is no such test: the lane would pass without it.
 */
export async function importTests(...patterns: readonly string[]): Promise<void> {
  for (const pattern of patterns) {
    const files = globSync(pattern, { cwd: fileURLToPath(TESTS) }).toSorted()
    if (files.length === 0) throw new Error(`no tests in ${pattern}`)
    for (const file of files) await import(new URL(file, TESTS).href)
  }
}
