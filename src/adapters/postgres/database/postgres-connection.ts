// One connection of the pool: runs statements, keeps them prepared, and knows what a failure means.

import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely'
import type pg from 'pg'
import { DatabaseFailure } from '../../sql/database/database-failure.ts'
import { mayWait, togetherOf } from '../../sql/database/prepared-query.ts'
import { failureOf, isAnswer, isBroken, withoutValues } from './postgres-errors.ts'
import { storable } from './storable-text.ts'

/**
 * Statements that a connection keeps prepared. The first ones stay, because what is often needed comes
 * early; the rest is prepared each time. A connection is replaced after a while, and then chooses anew.
 */
export const STATEMENTS_MAX = 200

/** Characters of a statement that is kept. Longer ones differ each time, by the number of their values. */
export const STATEMENT_LENGTH_MAX = 4_000

/** Statements that may be kept. Others are rare, and the server plans nothing for them. */
const KEPT = /^\s*(?:select|insert|update|delete|with)\b/i

/** A statement that stores nothing. */
const READS = /^\s*(?:select|show|set|begin|start|rollback)\b/i

/** Class of the server's warnings. */
const WARNING = '01'

export class PostgresConnection implements DatabaseConnection {
  readonly #client: pg.PoolClient
  /** Names of prepared statements, by their text. */
  readonly #names = new Map<string, string>()
  #isOpen = false
  /** What was sent in this transaction and is not answered yet, in order: a few statements at most. */
  #ahead: Promise<unknown>[] = []
  #broken: unknown
  #warned = false

  constructor(client: pg.PoolClient) {
    this.#client = client
    // Without a listener, a connection that breaks while it is used would end the process.
    client.on('error', (error) => {
      this.#broken ??= error
    })
    client.on('notice', ({ code }) => {
      if (code?.startsWith(WARNING)) this.#warned = true
    })
  }

  /**
   * @throws {DatabaseFailure} `lost` where the statement was a transaction of its own and nobody knows
   *   whether it is stored; else as `postgres-errors.ts` has it
   */
  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    if (this.#isOpen && mayWait(query)) {
      this.#sendAhead([query])
      return { rows: [] }
    }
    const together = togetherOf(query)
    if (together !== undefined) return { rows: await this.#all<Row>(together) }
    const decides = !this.#isOpen && !READS.test(query.sql)
    const sent = this.#send(query, decides)
    const { command, rowCount, rows } = await this.#afterAhead(sent)
    const changes = /^(?:insert|update|delete|merge)$/i.test(command ?? '')
    return changes ? { numAffectedRows: BigInt(rowCount ?? 0), rows } : { rows: rows ?? [] }
  }

  /** Sends all of them before it waits for the first. Returns the rows of each. */
  async #all<Row>(queries: readonly CompiledQuery[]): Promise<Row[]> {
    const sent = this.#sendAhead(queries)
    await this.#afterAhead(Promise.resolve())
    return (await Promise.all(sent)).map(({ rows }) => rows) as Row[]
  }

  streamQuery(): never {
    throw new Error('queries are read in pages here: a stream would hold a connection')
  }

  /** Its answer comes with that of the first statement. */
  async begin(query: CompiledQuery): Promise<void> {
    this.#sendAhead([query])
    this.#isOpen = true
  }

  /**
   * @throws {DatabaseFailure} `lost` when nobody knows whether the transaction is stored; that of the first statement
   *   that failed of those that were sent ahead, where the server has rolled back
   * @throws {Error} when a statement in it had failed, and its error was not thrown on
   */
  async commit(query: CompiledQuery): Promise<void> {
    const ahead = this.#ahead
    this.#ahead = []
    // Sent behind the others: where one of them fails, the server makes a rollback of it.
    const [ended, ...before] = await Promise.allSettled([this.#send(query, true), ...ahead])
    const failed = before.find((one) => one.status === 'rejected')
    // Whatever the others were told: a pooler may say of its own that a statement failed which the server has done.
    if (ended.status === 'rejected') throw ended.reason
    this.#isOpen = false
    if (ended.value.command === 'ROLLBACK') {
      throw failed?.reason ?? new Error('database: a failed transaction was committed')
    }
    // One whose answer was not waited for any longer is stored with the rest. One that never left is not.
    if (failed === undefined || failed.reason instanceof DatabaseFailure) return
    throw new DatabaseFailure('lost', 'a statement was not sent, and the rest is stored', {
      cause: failed.reason,
    })
  }

  /** Never fails: where the server cannot be asked, the connection is closed, and it rolls back then. */
  async rollback(query: CompiledQuery): Promise<void> {
    await this.#afterAhead(Promise.resolve()).catch(() => undefined)
    if (!this.#isOpen || this.#broken !== undefined) return
    try {
      await this.#client.query(query.sql)
      this.#isOpen = false
    } catch (error) {
      this.#broken ??= error
    }
  }

  /** Gives the connection back to the pool, which closes it when it is broken. */
  release(): void {
    this.#client.release(this.#broken !== undefined || this.#isOpen)
  }

  #sendAhead(queries: readonly CompiledQuery[]): readonly Promise<pg.QueryResult>[] {
    const sent = queries.map((query) => this.#send(query, false))
    // An error is thrown by who waits for it.
    for (const one of sent) one.catch(() => undefined)
    this.#ahead.push(...sent)
    return sent
  }

  /**
   * Waits for what was sent ahead, too.
   *
   * @throws {DatabaseFailure} that of the first that failed: after it the server refuses all others
   */
  async #afterAhead<Value>(sent: Promise<Value>): Promise<Value> {
    const all = [...this.#ahead, sent]
    this.#ahead = []
    await Promise.allSettled(all)
    for (const one of all) await one
    return sent
  }

  /** @param decides whether the statement, when it succeeds, has stored something for good */
  async #send(query: CompiledQuery, decides: boolean): Promise<pg.QueryResult> {
    // It broke before the statement was sent, so nothing of that can be stored.
    if (this.#broken !== undefined) throw failureOf(this.#broken) ?? broke(this.#broken)
    this.#warned = false
    try {
      const result = await this.#client.query(this.#named(query))
      if (decides) this.#requireNoWarning()
      return result
    } catch (error) {
      if (isBroken(error)) this.#broken ??= error
      if (!decides || error instanceof DatabaseFailure || (await this.#goesOnAfter(error))) {
        throw failureOf(error) ?? withoutValues(error)
      }
      const cause = withoutValues(error)
      throw new DatabaseFailure('lost', 'nobody knows whether it is stored', {
        cause,
        kind: 'commit',
      })
    }
  }

  /**
   * A server that waits for its standby, and is told not to (`pg_cancel_backend`), says that it has
   * committed, and warns: what it stored may be on one machine only.
   */
  #requireNoWarning(): void {
    if (this.#warned) {
      throw new DatabaseFailure('lost', 'the database stored it with a warning', {
        cause: undefined,
        kind: 'commit',
      })
    }
  }

  #named({ sql, parameters }: CompiledQuery): pg.QueryConfig {
    const values = parameters.map((value) => (typeof value === 'string' ? storable(value) : value))
    const known = this.#names.get(sql)
    if (known !== undefined) return { name: known, text: sql, values }
    const isFull = this.#names.size >= STATEMENTS_MAX
    if (isFull || sql.length > STATEMENT_LENGTH_MAX || !KEPT.test(sql)) return { text: sql, values }
    const name = `s${this.#names.size + 1}`
    this.#names.set(sql, name)
    return { name, text: sql, values }
  }

  /**
   * Whether the session goes on after an error. Then nothing of the statement is stored: after an
   * error at which a commit could already be on disk, the server closes the connection. How grave an
   * error is, it says too, but in its own language.
   */
  async #goesOnAfter(error: unknown): Promise<boolean> {
    if (!isAnswer(error)) return false
    try {
      await this.#client.query('rollback')
      this.#isOpen = false
      return true
    } catch (broken) {
      this.#broken ??= broken
      return false
    }
  }
}

function broke(cause: unknown): DatabaseFailure {
  return new DatabaseFailure('unavailable', 'the connection to the database broke', { cause })
}
