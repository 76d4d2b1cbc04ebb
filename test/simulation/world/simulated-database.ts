// The database of a simulated world: in memory, copied from a template, and read by its judge.
import SqliteDatabase from 'better-sqlite3'
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  type QueryResult,
  sql,
} from 'kysely'
import { migrations } from '../../../migrations/sqlite/index.ts'
import type { Database } from '../../../src/adapters/sql/database/database.ts'
import { DatabaseFailure } from '../../../src/adapters/sql/database/database-failure.ts'
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
import { type Connection, OpenTransaction } from './open-transaction.ts'
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

/** Stands for the time of the database when the statement runs, which may be later than it is made. */
const TIME_OF_DATABASE = -7_777_777_777

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
const WITHIN = {
  'begin immediate': ['savepoint of_process'],
  commit: ['release of_process'],
  rollback: ['rollback to of_process', 'release of_process'],
} as const

type Bracket = keyof typeof WITHIN

function isBracket(text: string): text is Bracket {
  return text in WITHIN
}

/** A server ends a transaction in which nothing is said for so long, at most. */
const IDLE_MS_MAX = 3_000

/** A transaction whose connection broke at its commit is ended within so many milliseconds. */
const ORPHANED_MS_MAX = 2_000

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
  readonly #doubt: SeededRandom
  /** A process is in the middle of it. */
  readonly #transaction = new OpenTransaction()
  /** Until when the database is away, for each instance by its slot. */
  readonly #awayUntil = new Map<number, number>()
  /** When another program lets the write lock go. */
  #lockedUntil = 0

  constructor(template: DatabaseTemplate, deps: DatabaseDeps) {
    this.#template = template
    this.#deps = deps
    this.#late = deps.random.of('late')
    this.#locks = deps.random.of('locks')
    this.#doubt = deps.random.of('doubt')
    this.#run('begin')
  }

  /** The database as one process sees it, over a connection of its own. */
  open(process: SimulatedProcess): Database {
    const connection: Connection = { process, isEnded: false }
    const isOpen = () => this.#transaction.isOf(connection)
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
    const createDriver = () => this.#faulty(real.createDriver(), connection)
    const kysely = new Kysely<Schema>({ dialect: { ...real, createDriver } })
    const now = () => sql<number>`${TIME_OF_DATABASE}`
    const parts = process.isOneOfSeveral ? { now } : {}
    return { ...sqliteParts(kysely), ...parts, files: NO_FILES, close: async () => undefined }
  }

  /** Whether anything is half done: what is stored is not what it will be. */
  get isBusy(): boolean {
    return this.#transaction.isOpen
  }

  /** For an instance, no connection can be made, and those that are open break. */
  goAway(slot: number, forMs: number): void {
    this.#awayUntil.set(slot, Math.max(this.#awayUntil.get(slot) ?? 0, this.#deps.now() + forMs))
  }

  isAwayFor({ slot }: SimulatedProcess): boolean {
    return this.#deps.now() < (this.#awayUntil.get(slot) ?? 0)
  }

  endOutages(): void {
    this.#awayUntil.clear()
  }

  /** The server waits for so long for the next statement of a process that was stopped in mid-transaction. */
  onStopped(process: SimulatedProcess): void {
    if (!process.isOneOfSeveral || !this.#transaction.isOfProcess(process)) return
    this.#deps.onFault('database transaction of a stopped instance')
    const idleMs = this.#doubt.int(0, IDLE_MS_MAX)
    this.#deps.after(idleMs, () => {
      if (process.isSuspended && this.#transaction.isOfProcess(process)) this.#undoByServer()
    })
  }

  /** What is stored, seen by no process and never failing. Not to be asked in mid-transaction. */
  rows<Row>(text: string, ...parameters: readonly unknown[]): readonly Row[] {
    return this.#prepared(text).all(...parameters) as Row[]
  }

  /** What a process that dies leaves of an open transaction: nothing. */
  undoOpen(process: SimulatedProcess): void {
    if (this.#transaction.isOfProcess(process)) this.#end('rollback')
  }

  #undoByServer(): void {
    for (const one of WITHIN.rollback) this.#run(one)
    this.#transaction.endByServer()
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

  #end(how: 'commit' | 'rollback'): void {
    for (const one of WITHIN[how]) this.#run(one)
    this.#transaction.end()
  }

  /** Begins or ends the transaction of a connection. */
  #bracket(text: Bracket, connection: Connection): typeof DONE {
    if (text !== 'begin immediate') {
      this.#end(text)
      return DONE
    }
    for (const one of WITHIN[text]) this.#run(one)
    this.#transaction.begin(connection)
    return DONE
  }

  #faulty(real: Driver, ours: Connection): Driver {
    let connection: DatabaseConnection | undefined
    return {
      init: () => real.init(),
      acquireConnection: async () => {
        const acquired = await real.acquireConnection()
        connection ??= this.#faultyConnection(acquired, ours)
        return connection
      },
      beginTransaction: (one, settings) => real.beginTransaction(one, settings),
      commitTransaction: (one) => real.commitTransaction(one),
      rollbackTransaction: (one) => real.rollbackTransaction(one),
      releaseConnection: (one) => real.releaseConnection(one),
      destroy: async () => undefined,
    }
  }

  #faultyConnection(real: DatabaseConnection, ours: Connection): DatabaseConnection {
    const { process } = ours
    return {
      executeQuery: async (query) => {
        if (!process.alive) return never()
        const { sql } = query
        const isBegin = sql === 'begin immediate'
        if (isBegin) await this.#awaitTurn()
        await process.awake()
        if (!process.alive) return never()
        const isCommit = sql === 'commit'
        const decides = isCommit || (isWrite(sql) && !this.#transaction.isOf(ours))
        await process.reach(isCommit ? 'before commit' : 'statement', isCommit)
        if (process.isOneOfSeveral) await this.#meetServer(ours, sql)
        // Looked at last, with no turn in between: whoever waited, too, may have begun.
        while (this.#mustWait(ours)) await this.#untilFree(ours)
        const failed = this.#meetFault(sql, decides, process)
        // As in the service: a disk that fails ends it before any answer leaves.
        if (failed) return process.lose()
        if (isBegin) await real.executeQuery(query)
        if (!process.alive) return never()
        while (isBegin && this.#mustWait(ours)) await this.#untilFree(ours)
        if (decides && this.#loseAnswer(ours, isCommit)) {
          const writer = process.instance
          if (isCommit) this.#endUnheard(writer)
          else if (this.#doubt.chance(0.5)) await real.executeQuery(this.#inTime(query))
          if (isCommit && this.#deps.lostCommitAs === 'stored') return DONE
          throw isCommit && this.#deps.lostCommitAs ? unavailable('planted') : inDoubt()
        }
        const result = isBracket(sql)
          ? this.#bracket(sql, ours)
          : await real.executeQuery(this.#inTime(query))
        if (isBegin || sql === 'rollback') process.groups.size = 0
        if (!decides) return result as never
        this.#noteCommitted(process.instance)
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

  /**
   * What a statement meets that has to reach a server: others in its way, a server that has ended its
   * transaction, and one that is away.
   */
  async #meetServer(ours: Connection, sql: string): Promise<void> {
    if (sql === 'begin immediate') ours.isEnded = false
    await this.#untilFree(ours)
    if (ours.isEnded) {
      ours.isEnded = false
      throw sql === 'commit' ? inDoubt() : unavailable('the transaction took too long')
    }
    if (!this.isAwayFor(ours.process)) return
    this.#deps.onFault('database away')
    ours.process.troubledAt = this.#deps.now()
    const isOpen = this.#transaction.isOf(ours)
    if (isOpen && sql === 'commit' && this.#doubt.chance(0.5)) {
      this.#endUnheard(ours.process.instance)
      throw inDoubt()
    }
    if (isOpen) this.#end('rollback')
    await this.#deps.sleep(this.#doubt.pick([0, 20, 1_000]))
    await ours.process.awake()
    throw unavailable('the database cannot be reached')
  }

  #inTime(query: CompiledQuery): CompiledQuery {
    if (!query.parameters.includes(TIME_OF_DATABASE)) return query
    const now = this.#deps.now()
    return {
      ...query,
      parameters: query.parameters.map((one) => (one === TIME_OF_DATABASE ? now : one)),
    }
  }

  #mustWait(ours: Connection): boolean {
    const { process } = ours
    return process.isOneOfSeveral && (this.#transaction.isInTheWayOf(ours) || process.isSuspended)
  }

  async #untilFree(ours: Connection): Promise<void> {
    const { process } = ours
    while (this.#mustWait(ours)) {
      if (this.#transaction.isInTheWayOf(ours)) await this.#transaction.untilEnd()
      await process.awake()
      if (!process.alive) return never()
    }
  }

  /** Whether the answer to a statement that stores something does not arrive. */
  #loseAnswer({ process }: Connection, isCommit: boolean): boolean {
    if (!process.isOneOfSeveral || !this.#doubt.chance(this.#deps.dials().lostCommit)) return false
    this.#deps.onFault(isCommit ? 'database answer to a commit' : 'database answer to a write')
    process.troubledAt = this.#deps.now()
    return true
  }

  /** The server commits, or does not, at once or when the process may have asked already what became of it. */
  #endUnheard(writer: number | null): void {
    const isStored = this.#doubt.chance(0.5)
    this.#deps.onFault(`database commit unheard, ${isStored ? 'stored' : 'not stored'}`)
    const end = () => {
      this.#end(isStored ? 'commit' : 'rollback')
      if (isStored) this.#noteCommitted(writer)
    }
    if (this.#doubt.chance(0.5)) {
      end()
      return
    }
    this.#transaction.orphan()
    this.#deps.after(this.#doubt.int(0, ORPHANED_MS_MAX), end)
  }

  async #awaitTurn(): Promise<void> {
    const [minMs, maxMs] = this.#deps.dials().lateMs
    if (maxMs > 0) await this.#deps.sleep(this.#late.int(minMs, maxMs))
  }

  /** Whether the disk failed, and nobody knows what is on it. */
  #meetFault(sql: string, isDurable: boolean, process: SimulatedProcess): boolean {
    const { groups } = process
    const { random } = this.#deps
    if (this.isFullForMany && sql === 'commit' && groups.size >= MANY) {
      this.isFullForMany = false
      this.undoOpen(process)
      this.#fail('SQLITE_FULL', 'full for a group of many')
    }
    const { busy, full, failed } = this.#deps.dials()
    if (sql === 'rollback') return false
    if (sql === 'begin immediate' && random.chance(busy)) this.#beLocked()
    if ((isDurable || isWrite(sql)) && random.chance(full)) {
      // SQLite may have undone the transaction by itself, and then a rollback is an error.
      if (sql === 'commit' || random.chance(0.5)) this.undoOpen(process)
      this.#fail('SQLITE_FULL', 'full')
    }
    if (!random.chance(failed)) return false
    if (sql === 'commit') this.undoOpen(process)
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

  /** @param writer the number of the instance that has committed */
  #noteCommitted(writer: number | null): void {
    const last = this.committed.length
    const rows = this.rows<StoredEvent>(
      'select position, body from event where position > ? order by position',
      last,
    )
    for (const row of rows) {
      this.committed.push(row)
      this.#deps.onCommitted(row, writer)
    }
  }
}

type DatabaseDeps = {
  readonly random: SeededRandom
  readonly now: () => number
  readonly sleep: (ms: number) => Promise<void>
  readonly dials: () => Dials['database']
  /** A planted fault: what a commit without an answer is taken for. */
  readonly lostCommitAs: 'stored' | 'not stored' | undefined
  readonly after: (ms: number, then: () => void) => void
  readonly onCommitted: (event: StoredEvent, writer: number | null) => void
  readonly onFault: (name: string) => void
  /** A group of so many writes was committed. */
  readonly onGroup: (size: number) => void
}

function unavailable(why: string): DatabaseFailure {
  return new DatabaseFailure('unavailable', why, { cause: undefined })
}

function inDoubt(): DatabaseFailure {
  const why = 'nobody knows whether it is stored'
  return new DatabaseFailure('lost', why, { cause: undefined, kind: 'commit' })
}

function isWrite(sql: string): boolean {
  return /^(insert|update|delete)\b/i.test(sql)
}
