import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { main } from '../../../src/infrastructure/cli/main.ts'

// The gateway itself, in a process that kills itself at a statement to PostgreSQL, or at a call to the CRM. The
// variable DIE says at which; the process dies there by SIGKILL.

/**
 * - `statement` before the n-th statement, counted from the first one that names a key: before it, no sale has begun.
 * - `sent`      when the n-th call since the start was sent, and the CRM has not done it yet.
 * - `answered`  when the n-th call was answered, before anything is made of the answer.
 */
export type DieAt = {
  readonly at: 'statement' | 'sent' | 'answered'
  readonly nth: number
}

/** No process names this table before it is asked for a sale. */
const CLAIM = '"idempotency_claim"'

/** Less than the CRM takes, and enough for a request to arrive there. */
const ARRIVES_MS = 15

const { at, nth } = JSON.parse(process.env['DIE'] ?? '{}') as DieAt
let hasBegun = false
let seen = 0

const { query } = Client.prototype
Client.prototype.query = function queryToDie(this: Client, config: unknown, ...more: unknown[]) {
  const text = typeof config === 'string' ? config : ((config as { text?: string }).text ?? '')
  hasBegun ||= at === 'statement' && text.includes(CLAIM)
  if (at === 'statement' && isNow()) killSelf()
  return Reflect.apply(query, this, [config, ...more])
} as typeof query

// The first output is the address, once all is asked that a start asks of the CRM.
const { write } = process.stdout
process.stdout.write = function writeToBegin(this: typeof process.stdout, ...parts: unknown[]) {
  hasBegun ||= at !== 'statement'
  return Reflect.apply(write, this, parts)
} as typeof write

const send = globalThis.fetch
globalThis.fetch = async function fetchToDie(input, init) {
  const isMeant = at !== 'statement' && String(input).includes('/crm/') && isNow()
  const answer = send(input, init)
  if (!isMeant) return answer
  if (at === 'sent') await sleep(ARRIVES_MS)
  else await answer
  return killSelf()
} as typeof fetch

function isNow(): boolean {
  if (hasBegun) seen += 1
  return hasBegun && seen === nth
}

function killSelf(): never {
  process.kill(process.pid, 'SIGKILL')
  // Nothing runs between the signal and the end.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
}

await main(process.argv.slice(2))
