import process from 'node:process'

// Says how often each test repeats itself, in `npm test` (quick), in CI and in `npm run test:all` (full).

type Size = 'quick' | 'ci' | 'full'

/** Every count of the tests. An environment variable of the same name replaces one of them. */
const COUNTS = {
  /** Seeds of the simulation. */
  SIMULATION_SEEDS: { quick: 200, ci: 1_000, full: 10_000 },
  /** Those with several instances over one database. */
  SEVERAL_SEEDS: { quick: 30, ci: 200, full: 2_000 },
  /** Of the pairs of crash points, one in so many. */
  CRASH_PAIRS_STEP: { quick: 200, ci: 29, full: 1 },

  /** Runs of many instances that share the places of the calls. */
  PLACES_SEEDS: { quick: 10, ci: 60, full: 500 },

  /** Values that two encoders have to write alike. */
  CANONICAL_VALUES: { quick: 1_000, ci: 10_000, full: 10_000 },
  /** Kinds of CRM before which every event of every sale is judged. */
  LEGAL_CRMS: { quick: 1, ci: 2, full: 4 },
  /** Random sales whose logs are judged. */
  LEGAL_LOGS: { quick: 300, ci: 3_000, full: 3_000 },
  /** Orders in which two signers interleave. */
  SIGNED_INTERLEAVINGS: { quick: 100, ci: 1_000, full: 1_000 },

  /** Storms of failures, and the failures of each. */
  STORMS: { quick: 1, ci: 1, full: 5 },
  STORM_FAILURES: { quick: 50, ci: 500, full: 500 },

  /** Backups of a service under load, and kills of a backup. */
  BACKUPS: { quick: 1, ci: 3, full: 5 },
  BACKUP_KILLS: { quick: 2, ci: 6, full: 15 },

  /** A kill at one in so many calls of a restore, before it is decided; at each one after that. */
  RESTORE_KILLS_STEP: { quick: 24, ci: 12, full: 1 },

  /** Kinds of sale with a kill at every call. */
  KILLED_KINDS: { quick: 1, ci: 3, full: 5 },
  /** Kills at each of the named points that are repeated. */
  NAMED_REPEATS: { quick: 1, ci: 2, full: 10 },
  /** A kill at one in so many statements. */
  STATEMENTS_STEP: { quick: 16, ci: 16, full: 1 },
  /** The same, of sales that are written in groups. */
  GROUP_STATEMENTS_STEP: { quick: 60, ci: 60, full: 1 },
  /** Kills at random times. */
  KILLS: { quick: 8, ci: 16, full: 300 },
  /** SIGTERMs under load. */
  SIGTERMS: { quick: 1, ci: 3, full: 10 },
  /** Of several gateways one is killed at one in so many statements, and calls, of so many kinds of sale. */
  MANY_KILLED_KINDS: { quick: 1, ci: 1, full: 3 },
  MANY_STATEMENTS_STEP: { quick: 20, ci: 12, full: 1 },
  MANY_CALLS_STEP: { quick: 4, ci: 2, full: 1 },
  /** Gateways over one database. */
  FLEET: { quick: 2, ci: 3, full: 4 },
  /** Sales of the storm over them, milliseconds for which one stands still, and restarts of the database. */
  STORM_SALES: { quick: 150, ci: 300, full: 5_000 },
  STORM_STOPPED_MS: { quick: 4_000, ci: 6_000, full: 20_000 },
  STORM_RESTARTS: { quick: 1, ci: 1, full: 2 },
  /** Seconds between SIGSTOP and SIGCONT. */
  STOPPED_S: { quick: 6, ci: 15, full: 60 },

  /** A disk that fails at one in so many calls. */
  DISK_FAULT_STEP: { quick: 80, ci: 80, full: 1 },
  /** Bytes between two cuts of the write-ahead log, and recoveries from it. */
  WAL_CUT_BYTES: { quick: 5_120, ci: 1_024, full: 512 },
  WAL_CUT_RECOVERIES: { quick: 2, ci: 10, full: 20 },

  /** Requests of the fuzz of the API. */
  FUZZ_REQUESTS: { quick: 300, ci: 2_000, full: 20_000 },

  /** Events and tails of the log that is changed by hand. */
  TAMPERED_EVENTS: { quick: 60, ci: 120, full: 1_000 },
  TAMPERED_TAILS: { quick: 5, ci: 50, full: 50 },
  /** Bundles of evidence, good and changed. */
  GOOD_BUNDLES: { quick: 20, ci: 100, full: 200 },
  MUTATED_BUNDLES: { quick: 20, ci: 100, full: 200 },

  /** Sales under the auditor's pages, and requests in a row. */
  AUDIT_SALES: { quick: 2_000, ci: 20_000, full: 20_000 },
  AUDIT_REQUESTS: { quick: 200, ci: 1_000, full: 2_000 },
  /** Callers who hold their connections, all kinds together. */
  SLOW_CALLERS: { quick: 400, ci: 2_000, full: 2_000 },
} satisfies Readonly<Record<string, Readonly<Record<Size, number>>>>

/** A test file that is run by itself, and every test on Deno, takes the smallest counts. */
const SIZE = sizeOf(process.env['TEST_SIZE'] ?? 'quick')

function sizeOf(name: string): Size {
  if (name === 'quick' || name === 'ci' || name === 'full') return name
  throw new Error(`TEST_SIZE is quick, ci or full, and not ${name}`)
}

/**
 * The count of this name in tests of this size, or the value of the environment variable `name`.
 *
 * @throws {Error} when the variable is no whole number above 0.
 */
export function countOf(name: keyof typeof COUNTS): number {
  return wholeNumber(name) ?? COUNTS[name][SIZE]
}

/** Where random tests begin without the variable `SEED`. CI sets it, from the commit it runs at. */
const SEED = 1

/** @throws {Error} when the variable is no whole number above 0. */
export function firstSeed(): number {
  return wholeNumber('SEED') ?? SEED
}

function wholeNumber(name: string): number | undefined {
  const given = process.env[name]
  if (given === undefined) return undefined
  const count = Number(given)
  if (!Number.isInteger(count) || count < 1) throw new Error(`${name} is no count: ${given}`)
  return count
}
