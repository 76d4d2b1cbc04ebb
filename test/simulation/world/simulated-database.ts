// The database of a simulated world: in memory, copied from a template, and read by its judge.
import SqliteDatabase from 'better-sqlite3'
import { type DatabaseConnection, type Driver, Kysely, type QueryResult } from 'kysely'
import { migrations } from '../../../migrations/sqlite/index.ts'
import type { Database } from '../../../src/adapters/sql/database/database.ts'
import { digestOf } from '../../../src/adapters/sql/database/digest.ts'
import type { Schema } from '../../../src/adapters/sql/database/schema.ts'
import { BUSY_PAUSE_MS, BUSY_TRIES_MAX } from '../../../src/adapters/sqlite/database/busy-wait.ts'
import { immediateDialect } from '../../../src/adapters/sqlite/database/immediate-dialect.ts'
import { migrate } from '../../../src/adapters/sqlite/database/migrate.ts'
import { NO_FILES } from '../../../src/adapters/sqlite/database/open-files.ts'
import { toFailure } from '../../../src/adapters/sqlite/database/sqlite-errors.ts'
import { sqliteParts } from '../../../src/adapters/sqlite/database/sqlite-parts.ts'
import type { Scope } from '../../../src/application/access/key-store.port.ts'
import type { Dials } from '../plan/dials.ts'
import type { SeededRandom } from '../plan/seeded-random.ts'
import { never, type SimulatedProcess } from './simulated-process.ts'
import { MANY } from './watched-groups.ts'

export type StoredEvent = { readonly position: number; readonly body: string }

/** A migrated database with a key for each client, which one world after the other begins with. */
export type DatabaseTemplate = {
  readonly raw: SqliteDatabase.Database
  /** Compiling each statement anew would be much of what a simulated sale costs. */
  readonly statements: Map<string, SqliteDatabase.Statement>
  readonly keys: ReadonlyMap<string, string>
}

/** What the key of a client allows, and when it expires: wall time in milliseconds, or never. */
export type TemplateKey = { readonly scopes: readonly Scope[]; readonly expiresAt: number | null }

/** So short that nobody is warned before such a key expires. */
const SHORT_LIFE_MS = 3_600_000

export async function makeTemplate(
  clients: Readonly<Record<string, TemplateKey>>,
): Promise<DatabaseTemplate> {
  const raw = new SqliteDatabase(':memory:')
  const kysely = new Kysely<Schema>({ dialect: immediateDialect(raw, { onError() {} }) })
  const database = { ...sqliteParts(kysely), files: NO_FILES, close: () => kysely.destroy() }
  await migrate(database, migrations)
  const keys = new Map<string, string>()
  const insert = raw.prepare(
    'insert into api_key (id, client, scopes, digest, created_at, expires_at) values (?, ?, ?, ?, ?, ?)',
  )
  for (const [client, { scopes, expiresAt }] of Object.entries(clients)) {
    // Not made by the key store: events name the id of a key, and the tree holds the events, so
    // both have to be the same in every run.
    const key = `plg_${client.padEnd(43, 'k')}`
    const createdAt = expiresAt === null ? 0 : expiresAt - SHORT_LIFE_MS
    insert.run(`key-${client}`, client, JSON.stringify(scopes), digestOf(key), createdAt, expiresAt)
    keys.set(client, key)
  }
  raw.pragma('foreign_keys = ON')
  raw.pragma('recursive_triggers = ON')
  return { raw, statements: new Map(), keys }
}

/**
 * A world is one transaction, undone at its end; the transactions of its processes are within it.
 * Their statements, and what is said in place of each.
 */
const WITHIN: Readonly<Record<string, readonly string[]>> = {
  'begin immediate': ['savepoint of_process'],
  commit: ['release of_process'],
  rollback: ['rollback to of_process', 'release of_process'],
}

const DONE: QueryResult<never> = { rows: [] }

/** Twice as long as a process waits for a lock. */
const LOCKED_MS_MAX = 2 * BUSY_TRIES_MAX * BUSY_PAUSE_MS

/**
 * SQLite in memory that outlives the processes over it. What a process had not committed when it
 * died is undone. Faults come from beneath the dialect, as they would from a disk.
 */
export class SimulatedDatabase {
  /** Every event that was ever committed, as its bytes were then. */
  readonly committed: StoredEvent[] = []
  readonly #template: DatabaseTemplate
  readonly #deps: DatabaseDeps
  readonly #late: SeededRandom
  /** The disk is full at the next commit of a group of many, and only then. */
  isFullForMany = false
  readonly #locks: SeededRandom
  /** A process is in the middle of a transaction. */
  #isOpen = false
  /** When another program lets the write lock go. */
  #lockedUntil = 0

  constructor(template: DatabaseTemplate, deps: DatabaseDeps) {
    this.#template = template
    this.#deps = deps
    this.#late = deps.random.of('late')
    this.#locks = deps.random.of('locks')
    this.#run('begin')
  }

  /** The database as one process sees it. */
  open(process: SimulatedProcess): Database {
    const isOpen = () => this.#isOpen
    const begin = { reader: false, run: () => this.#meetLock(process) }
    const remembering = {
      prepare: (text: string) => (text === 'begin immediate' ? begin : this.#prepared(text)),
      close: () => undefined,
      get inTransaction() {
        return isOpen()
      },
    }
    const real = immediateDialect(remembering as unknown as SqliteDatabase.Database, {
      onError() {},
      pause: () => process.clock.sleep(BUSY_PAUSE_MS),
    })
    const createDriver = () => this.#faulty(real.createDriver(), process)
    const kysely = new Kysely<Schema>({ dialect: { ...real, createDriver } })
    return { ...sqliteParts(kysely), files: NO_FILES, close: async () => undefined }
  }

  /** What is stored, seen by no process and never failing. Not to be asked in mid-transaction. */
  rows<Row>(text: string, ...parameters: readonly unknown[]): readonly Row[] {
    return this.#prepared(text).all(...parameters) as Row[]
  }

  /** What a process that dies leaves of an open transaction: nothing. */
  undoOpen(): void {
    if (this.#isOpen) this.#within('rollback')
  }

  /** The next world begins with the template as it was. */
  close(): void {
    this.#run('rollback')
  }

  #prepared(text: string): SqliteDatabase.Statement {
    const { raw, statements } = this.#template
    let statement = statements.get(text)
    if (statement === undefined) {
      statement = raw.prepare(text)
      statements.set(text, statement)
    }
    return statement
  }

  #run(text: string): void {
    this.#prepared(text).run()
  }

  /** Whether it begins or ends a transaction of a process, which is then done. */
  #within(text: string): boolean {
    const instead = WITHIN[text]
    for (const one of instead ?? []) this.#run(one)
    if (instead !== undefined) this.#isOpen = text === 'begin immediate'
    return instead !== undefined
  }

  #faulty(real: Driver, process: SimulatedProcess): Driver {
    let connection: DatabaseConnection | undefined
    return {
      init: () => real.init(),
      acquireConnection: async () => {
        const acquired = await real.acquireConnection()
        connection ??= this.#faultyConnection(acquired, process)
        return connection
      },
      beginTransaction: (one, settings) => real.beginTransaction(one, settings),
      commitTransaction: (one) => real.commitTransaction(one),
      rollbackTransaction: (one) => real.rollbackTransaction(one),
      releaseConnection: (one) => real.releaseConnection(one),
      destroy: async () => undefined,
    }
  }

  #faultyConnection(real: DatabaseConnection, process: SimulatedProcess): DatabaseConnection {
    return {
      executeQuery: async (query) => {
        if (!process.alive) return never()
        const { sql } = query
        if (sql === 'begin immediate') await this.#awaitTurn()
        await process.awake()
        if (!process.alive) return never()
        const isCommit = sql === 'commit'
        const isDurable = isCommit || (isWrite(sql) && !this.#isOpen)
        await process.reach(isCommit ? 'before commit' : 'statement', isCommit)
        const failed = this.#meetFault(sql, isDurable, process)
        // As in the service: a disk that fails ends it before any answer leaves.
        if (failed) return process.lose()
        if (sql === 'begin immediate') await real.executeQuery(query)
        if (!process.alive) return never()
        const result = this.#within(sql) ? DONE : await real.executeQuery(query)
        if (sql === 'begin immediate' || sql === 'rollback') process.groups.size = 0
        if (!isDurable) return result as never
        this.#noteCommitted()
        if (isCommit && process.groups.size > 0) this.#deps.onGroup(process.groups.size)
        const { failedCommitKept } = this.#deps.dials()
        if (this.#deps.random.chance(failedCommitKept)) {
          this.#deps.onFault('database kept')
          return process.lose()
        }
        // A claim that another process holds changes nothing, however often it is asked for.
        await process.reach('after commit', isCommit || result.numAffectedRows !== 0n)
        process.groups.size = 0
        return result as never
      },
      streamQuery: () => {
        throw new Error('the application streams no query')
      },
    }
  }

  async #awaitTurn(): Promise<void> {
    const [minMs, maxMs] = this.#deps.dials().lateMs
    if (maxMs > 0) await this.#deps.sleep(this.#late.int(minMs, maxMs))
  }

  /** Whether the disk failed, and nobody knows what is on it. */
  #meetFault(sql: string, isDurable: boolean, { groups }: SimulatedProcess): boolean {
    const { random } = this.#deps
    if (this.isFullForMany && sql === 'commit' && groups.size >= MANY) {
      this.isFullForMany = false
      this.undoOpen()
      this.#fail('SQLITE_FULL', 'full for a group of many')
    }
    const { busy, full, failed } = this.#deps.dials()
    if (sql === 'rollback') return false
    if (sql === 'begin immediate' && random.chance(busy)) this.#beLocked()
    if ((isDurable || isWrite(sql)) && random.chance(full)) {
      // SQLite may have undone the transaction by itself, and then a rollback is an error.
      if (sql === 'commit' || random.chance(0.5)) this.undoOpen()
      this.#fail('SQLITE_FULL', 'full')
    }
    if (!random.chance(failed)) return false
    if (sql === 'commit') this.undoOpen()
    this.#deps.onFault('database failed')
    return true
  }

  /** Another program takes the write lock, for less or for longer than a process waits for it. */
  #beLocked(): void {
    this.#lockedUntil = this.#deps.now() + this.#locks.int(0, LOCKED_MS_MAX)
    this.#deps.onFault('database locked')
  }

  #meetLock(process: SimulatedProcess): { readonly changes: number; readonly lastInsertRowid: 0 } {
    if (process.alive && this.#deps.now() < this.#lockedUntil) this.#fail('SQLITE_BUSY', 'busy')
    return { changes: 0, lastInsertRowid: 0 }
  }

  #fail(code: string, name: string): never {
    this.#deps.onFault(`database ${name}`)
    throw toFailure(new SqliteDatabase.SqliteError(`simulated: ${name}`, code))
  }

  #noteCommitted(): void {
    const last = this.committed.length
    const rows = this.rows<StoredEvent>(
      'select position, body from event where position > ? order by position',
      last,
    )
    for (const row of rows) {
      this.committed.push(row)
      this.#deps.onCommitted(row)
    }
  }
}

type DatabaseDeps = {
  readonly random: SeededRandom
  readonly now: () => number
  readonly sleep: (ms: number) => Promise<void>
  readonly dials: () => Dials['database']
  readonly onCommitted: (event: StoredEvent) => void
  readonly onFault: (name: string) => void
  /** A group of so many writes was committed. */
  readonly onGroup: (size: number) => void
}

function isWrite(sql: string): boolean {
  return /^(insert|update|delete)\b/i.test(sql)
}
