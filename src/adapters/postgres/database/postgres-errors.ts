// The errors of PostgreSQL, of its connection and of its pool as the application knows them.

import pg from 'pg'
import type { AppErrorCode } from '../../../application/base/errors.ts'
import { DatabaseFailure } from '../../sql/database/database-failure.ts'

type Known = readonly [begin: string, code: AppErrorCode, why: string]

/**
 * The codes of the server (https://www.postgresql.org/docs/current/errcodes-appendix.html) that are
 * operational failures, by how they begin; the first that fits counts. After each `unavailable`
 * nothing is stored, where the session goes on: who sends a commit looks at that.
 */
const SERVER: readonly Known[] = [
  ['08007', 'lost', 'nobody knows whether the transaction is stored'],
  // A pooler's own errors, too: 08P01.
  ['08', 'unavailable', 'the connection to the database broke'],
  // A replica, or a primary that has become one.
  ['25006', 'unavailable', 'the database may only be read at present'],
  // The server ended a transaction in which this process said nothing for too long.
  ['25P03', 'unavailable', 'the transaction took too long'],
  ['25P04', 'unavailable', 'the transaction took too long'],
  ['28', 'refused', 'the database refused the user or the password'],
  ['3D000', 'refused', 'there is no such database'],
  ['40003', 'lost', 'nobody knows whether the transaction is stored'],
  ['40001', 'unavailable', 'the database is busy'],
  ['40P01', 'unavailable', 'the database is busy'],
  ['42501', 'refused', 'the user of the database lacks a right'],
  ['53100', 'unavailable', 'the disk of the database is full'],
  ['53200', 'unavailable', 'the database has no memory left'],
  ['53300', 'unavailable', 'the database has no connection left'],
  ['53', 'unavailable', 'the database has no room left'],
  ['55P03', 'unavailable', 'the database is busy'],
  ['57014', 'unavailable', 'the database took too long'],
  // The rest of this class: the server stops, starts, or has crashed.
  ['57P', 'unavailable', 'the database is stopping or starting'],
  // The disk failed. The server itself is in doubt about what is on it after a failed sync only, and
  // then it stops.
  ['58030', 'lost', 'the disk of the database failed'],
  ['XX001', 'lost', 'the database is damaged'],
  ['XX002', 'lost', 'the database is damaged'],
]

/** The server's answer to a kept statement whose table has changed. It can be prepared anew. */
const STALE_STATEMENT: Known = ['0A000', 'unavailable', 'the tables were changed meanwhile']
const STALE_ROUTINE = 'RevalidateCachedQuery'

/** Codes of the system and of TLS (Node's `error.code`), by how they begin. */
const SYSTEM: readonly Known[] = [
  ['ECONNREFUSED', 'unavailable', 'the database cannot be reached'],
  ['ENOTFOUND', 'unavailable', 'the host of the database is not known'],
  ['EAI_', 'unavailable', 'the host of the database is not known'],
  ['EHOST', 'unavailable', 'the database cannot be reached'],
  ['ENET', 'unavailable', 'the database cannot be reached'],
  ['ENOENT', 'unavailable', 'the database cannot be reached'],
  ['EACCES', 'refused', 'the socket of the database may not be used'],
  ['ETIMEDOUT', 'unavailable', 'the database did not answer in time'],
  ['ECONN', 'unavailable', 'the connection to the database broke'],
  ['EPIPE', 'unavailable', 'the connection to the database broke'],
  ['EPROTO', 'unavailable', 'the connection to the database broke'],
  ['ERR_SSL', 'unavailable', 'the connection to the database broke'],
  ['CERT_', 'refused', 'the certificate of the database was not accepted'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'refused', 'the certificate of the database was not accepted'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'refused', 'the certificate of the database was not accepted'],
  ['UNABLE_TO_', 'refused', 'the certificate of the database was not accepted'],
  ['ERR_TLS_CERT', 'refused', 'the certificate of the database was not accepted'],
]

/** Messages of `pg`, whose own errors have no code, by how they begin. */
const CLIENT: readonly Known[] = [
  ['timeout exceeded when trying to connect', 'unavailable', 'no connection was free in time'],
  ['timeout expired', 'unavailable', 'the database did not answer in time'],
  ['Query read timeout', 'unavailable', 'the database did not answer in time'],
  ['Connection terminated', 'unavailable', 'the connection to the database broke'],
  ['Client ', 'unavailable', 'the connection to the database broke'],
  ['The server does not support SSL', 'refused', 'the database offers no TLS'],
  [
    'There was an error establishing an SSL',
    'unavailable',
    'the database offers no TLS at present',
  ],
  ['SASL', 'refused', 'the database refused the user or the password'],
]

/** Codes after which the whole transaction, tried again, may well succeed. */
const CONFLICTS = ['40001', '40P01']

/** The failure that an error means; `undefined` for a bug. */
export function failureOf(error: unknown): DatabaseFailure | undefined {
  const known = knownOf(error)
  if (known === undefined) return
  const [begin, code, why] = known
  const kind = CONFLICTS.includes(begin) ? 'conflict' : undefined
  return new DatabaseFailure(code, why, { cause: withoutValues(error), kind })
}

/** Codes of a statement that others kept from a lock: for too long, or in a circle. */
const LOCKED = ['55P03', '40P01']

/** Whether others had what this needed, so that it may well succeed a little later. @param error an AppError */
export function isLocked(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof pg.DatabaseError && LOCKED.includes(cause.code ?? '')
}

/** Whether the server itself has answered with this error. */
export function isAnswer(error: unknown): boolean {
  return error instanceof pg.DatabaseError
}

/**
 * Whether the connection cannot be trusted with another statement. Anything but an answer of the
 * server leaves it in an unknown state; and some answers hold for as long as the connection lasts.
 */
export function isBroken(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError)) return true
  const { code = '' } = error
  return code === '25006' || isStale(error) || /^(?:08|57P|25P03|25P04|XX)/.test(code)
}

/**
 * Takes the values of rows out of an error of the server. `detail` and `where` name them, and so does
 * the message about a value that does not fit its type.
 */
export function withoutValues(error: unknown): unknown {
  if (!(error instanceof pg.DatabaseError)) return error
  const { code = '' } = error
  error.detail = undefined
  error.where = undefined
  error.hint = undefined
  error.internalQuery = undefined
  if (code.startsWith('22')) {
    error.message = `a value does not fit (${code})`
    Error.captureStackTrace(error, withoutValues)
  }
  return error
}

function knownOf(error: unknown): Known | undefined {
  if (error instanceof pg.DatabaseError) {
    return isStale(error) ? STALE_STATEMENT : startOf(SERVER, error.code)
  }
  if (!(error instanceof Error)) return
  const bySystem = 'code' in error ? startOf(SYSTEM, error.code) : undefined
  return bySystem ?? startOf(CLIENT, error.message)
}

function startOf(list: readonly Known[], text: unknown): Known | undefined {
  if (typeof text !== 'string') return
  return list.find(([begin]) => text.startsWith(begin))
}

function isStale(error: pg.DatabaseError): boolean {
  return error.code === STALE_STATEMENT[0] && error.routine === STALE_ROUTINE
}
