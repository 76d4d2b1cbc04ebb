import process from 'node:process'

/** Deno runs the same tests with a tenth of the counts: it is the same code over the same SQLite. */
const DENO_SHARE = 0.1

/**
 * How often a harness repeats itself: `full` on Node and a tenth of it on Deno, or what the
 * environment variable `name` says, for a longer run by hand.
 *
 * @throws {Error} when the variable is no whole number above 0.
 */
export function countOf(name: string, full: number): number {
  const given = process.env[name]
  if (given === undefined) return 'Deno' in globalThis ? Math.ceil(full * DENO_SHARE) : full
  const count = Number(given)
  if (!Number.isInteger(count) || count < 1) throw new Error(`${name} is no count: ${given}`)
  return count
}
