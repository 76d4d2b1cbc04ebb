// Where the database is, and the limits under which every connection to it works.

import pg from 'pg'
import { valueTypes } from './value-types.ts'

/** Where the database is, and as whom it is used. */
export type PostgresSettings = {
  /** A name, an address, or the folder of a socket, which begins with `/`. */
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string
  readonly password?: string

  /** With TLS the server's certificate is always checked: against `ca`, or else those the runtime knows. */
  readonly ssl: false | { readonly ca?: string; readonly rejectUnauthorized: true }

  /** Connections of this process at most. */
  readonly poolMax: number

  /** What `pg_stat_activity` calls this process. */
  readonly applicationName: string
}

/** Milliseconds, but for the last. */
export type PostgresLimits = {
  /** Until a new connection can be used. */
  readonly connectMs: number

  /** Until the pool gives a connection, a new one or one that another user has given back. */
  readonly poolWaitMs: number

  /** For which a connection that nobody uses stays open. */
  readonly idleMs: number

  /** For which the server works at a statement. */
  readonly statementMs: number

  /** For which a statement waits for a lock. */
  readonly lockMs: number

  /** For which the server waits for the next statement of a transaction, with the locks it holds. */
  readonly transactionIdleMs: number

  /** For which this process waits for an answer, when the server or the network says nothing. */
  readonly answerMs: number

  /** Seconds after which a connection is replaced. */
  readonly lifetimeS: number
}

/**
 * - The server ends a transaction whose process has stopped before those who wait for its locks give up.
 * - It gives up a statement itself before this process stops listening, so that the outcome is known. Of several
 *   that were sent at once, the last ones may be given up here first: who waits for a commit then looks for it.
 * - The pool waits longer than one attempt to connect, which then says why it failed.
 * - A server's process grows with what it has seen, and the server's name may move to another machine:
 *   so a connection does not stay for ever.
 */
export const POSTGRES_LIMITS: PostgresLimits = {
  connectMs: 5_000,
  poolWaitMs: 10_000,
  idleMs: 600_000,
  statementMs: 15_000,
  lockMs: 5_000,
  transactionIdleMs: 3_000,
  answerMs: 20_000,
  lifetimeS: 1_800,
}

/** Milliseconds without traffic until the system asks whether the other end is still there. */
const KEEP_ALIVE_MS = 10_000

/**
 * Settings of a session that the service relies on. They are part of the connection's first message,
 * and so count more than what the server, the database or the role has for them.
 */
const SESSION = [
  ['synchronous_commit', 'on'],
  ['default_transaction_isolation', 'read committed'],
  ['TimeZone', 'UTC'],
  ['bytea_output', 'hex'],
] as const

/** A pool of connections with these settings. Opens none before the first is needed. */
export function makePool(settings: PostgresSettings, limits: PostgresLimits): pg.Pool {
  // The options of the pool hold neither the address nor the password: whoever prints it, sees none.
  class SettledClient extends pg.Client {
    constructor() {
      super(clientConfig(settings, limits))
      // `pg` leaves a connection open on which it could not sign in, and the server keeps it for a minute.
      this.connection.on('error', () => this.connection.stream.destroy())
    }
  }
  return new pg.Pool({
    Client: SettledClient,
    max: settings.poolMax,
    connectionTimeoutMillis: limits.poolWaitMs,
    idleTimeoutMillis: limits.idleMs,
    maxLifetimeSeconds: limits.lifetimeS,
  })
}

/** `pg` always asks for UTF8, and for nothing else. */
function clientConfig(settings: PostgresSettings, limits: PostgresLimits): pg.ClientConfig {
  const { host, port, database, user, ssl, applicationName } = settings
  return {
    host,
    port,
    database,
    user,
    // A function, even without a password: `pg` would look into the environment and into files for one.
    password: () => settings.password ?? '',
    ssl: ssl === false ? false : { ...ssl },
    application_name: applicationName,
    connectionTimeoutMillis: limits.connectMs,
    statement_timeout: limits.statementMs,
    lock_timeout: limits.lockMs,
    idle_in_transaction_session_timeout: limits.transactionIdleMs,
    query_timeout: limits.answerMs,
    // What is sent without waiting for an answer is on its way at once.
    pipeline: true,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    options: SESSION.map(([name, value]) => `-c ${name}=${value.replaceAll(' ', '\\ ')}`).join(' '),
    types: valueTypes,
  }
}
