// How an event record becomes the stored text, and how it is read back.

import canonicalize from 'canonicalize'
import { UnreadableError } from '../../../../application/base/errors.ts'
import type { EventRecord } from '../../../../application/log/event-record.ts'

// How `JSON.stringify` writes half a surrogate pair. A text with these very characters matches too,
// which costs time only.
const HALF_PAIR = /\\ud[89a-f]/

/** In the place of a value that `inOrder` cannot copy: half a pair, so the record goes the slow way. */
const NOT_COPIED = '\ud800'

/**
 * The canonical text of a record (RFC 8785). A CRM may send half a surrogate pair in a name, which
 * has no UTF-8. It becomes U+FFFD, so that a sale does not stop for it.
 *
 * @throws {Error} for a record that is not a JSON value: a bug.
 */
export function encodeRecord(record: EventRecord): string {
  // RFC 8785, 3.2.2: numbers and texts are written as `JSON.stringify` writes them. What is left to do
  // is the order of the members.
  const text = JSON.stringify(inOrder(record))
  return HALF_PAIR.test(text) ? encodeAnyRecord(record) : text
}

/** A copy of which `JSON.stringify` writes the members in the order of RFC 8785, 3.2.3. */
function inOrder(value: unknown): unknown {
  if (typeof value === 'function') return NOT_COPIED
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(inOrder)
  if (!isPlain(value)) return NOT_COPIED
  const copy: Record<string, unknown> = {}
  for (const key of Object.keys(value).sort()) {
    // A member such as "10" comes before all others whenever it is added (digits are below ":"), and
    // "__proto__" cannot be added like this.
    if (key < ':' || key === '__proto__') return NOT_COPIED
    copy[key] = inOrder(value[key])
  }
  return copy
}

function isPlain(value: object): value is Readonly<Record<string, unknown>> {
  return Object.getPrototypeOf(value) === Object.prototype
}

/** The canonical text of any record. Takes several times as long. */
function encodeAnyRecord(record: EventRecord): string {
  const wellFormed: unknown = JSON.parse(JSON.stringify(record), (_key, value: unknown) =>
    typeof value === 'string' ? value.toWellFormed() : value,
  )
  const text = canonicalize(wellFormed)
  if (text === undefined) throw new Error('an event record has to be a JSON value')
  return text
}

/** Whether `text` is the canonical form of `value`, which was parsed from it. */
export function isCanonical(text: string, value: unknown): boolean {
  try {
    return canonicalize(value) === text
  } catch {
    return false
  }
}

/**
 * The record that a row holds.
 *
 * @throws {UnreadableError} when it holds no record, or the record of another position.
 */
export function decodeRecord(row: {
  readonly position: number
  readonly body: string
}): EventRecord {
  const record = parse(row.body)
  if (!isRecord(record) || record.position !== row.position) {
    throw new UnreadableError(`event ${row.position}: its body is no event`, row.position)
  }
  return record
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Checks the members that finding and reading an event needs. */
function isRecord(value: unknown): value is EventRecord {
  if (typeof value !== 'object') return false
  const record: Readonly<Record<string, unknown>> = { ...value }
  const { position, type, version, at, data } = record
  return (
    typeof position === 'number' &&
    typeof type === 'string' &&
    typeof version === 'number' &&
    typeof at === 'string' &&
    typeof data === 'object' &&
    data !== null
  )
}
