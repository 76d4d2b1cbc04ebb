// `gateway keys`: API keys created, listed, rotated and revoked.
import process from 'node:process'
import { Command, InvalidArgumentError } from 'commander'
import { stateOf } from '../../application/access/key-state.ts'
import { type ApiKey, SCOPES, type Scope } from '../../application/access/key-store.port.ts'
import { type EpochMs, plusMs } from '../../domain/time.ts'
import { operator } from '../system/operator.ts'
import { makeSystemClock } from '../system/system-clock.ts'
import { alignedColumns, terminalWidth } from './terminal/aligned-columns.ts'
import { printLine, withStore } from './terminal/command-config.ts'

const CLIENT_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const EXPIRY_DAYS_MAX = 3_650
const OVERLAP_DAYS_MAX = 365

export function keysCommand(): Command {
  const keys = new Command('keys').description(
    'manage API keys; all keys with the same name belong to one client',
  )
  keys
    .command('create')
    .description('create a key and print it; it cannot be shown again')
    .requiredOption('--name <client>', 'name of the client', clientName)
    .requiredOption(
      '--scope <scopes>',
      `one or more of ${SCOPES.join(', ')}, separated by commas`,
      scopes,
    )
    .option(
      '--expires <days>',
      'days until the key expires, for example 365d; by default it never does',
      days,
    )
    .option('--json', 'print JSON')
    .action(createKey)
  keys
    .command('list')
    .description('list all keys, without their secrets')
    .option('--json', 'print JSON')
    .action(listKeys)
  keys
    .command('rotate')
    .description('make a key that takes the place of another one, with its client and its scopes')
    .argument('<id>')
    .requiredOption(
      '--overlap <time>',
      'how long the old key is still good, for example 7d or 12h',
      overlap,
    )
    .option('--json', 'print JSON')
    .action(rotateKey)
  keys
    .command('revoke')
    .description('revoke a key; from then on it is refused')
    .argument('<id>')
    .option('--json', 'print JSON')
    .action(revokeKey)
  return keys
}

async function createKey(options: {
  readonly name: string
  readonly scope: readonly Scope[]
  readonly expires?: number
  readonly json?: true
}): Promise<void> {
  const createdAt = makeSystemClock().now()
  const expiresAt = options.expires === undefined ? null : plusMs(createdAt, options.expires)
  const made = await withStore(({ keys }) =>
    keys.create({ client: options.name, scopes: options.scope, createdAt, expiresAt }, operator()),
  )
  process.stderr.write(
    `Key ${made.id} of client ${options.name}.\nCopy it now, it cannot be shown again:\n`,
  )
  const { name: client, scope: allowed, json } = options
  const about = { id: made.id, client, scopes: allowed, expiresAt: isoOf(expiresAt) }
  printLine(json ? JSON.stringify({ key: made.key, ...about }) : made.key)
}

async function listKeys(options: { readonly json?: true }): Promise<void> {
  const now = makeSystemClock().now()
  const keys = await withStore((store) => store.keys.list())
  if (options.json) {
    printLine(JSON.stringify(keys.map(keyJson)))
    return
  }
  const { isTTY } = process.stdout
  const shown = (at: EpochMs | null) =>
    isoOf(at)?.slice(0, isTTY ? DAY_CHARS : undefined) ?? 'never'
  const rows = keys.map((key) => [
    key.id,
    isTTY ? cut(key.client) : key.client,
    shown(key.createdAt),
    shown(key.lastUsedAt),
    stateOf(key, now) === 'good' ? shown(key.expiresAt) : stateOf(key, now),
    key.scopes.join(isTTY ? ', ' : ','),
  ])
  const head = ['ID', 'CLIENT', 'CREATED', 'LAST USED', 'EXPIRES', 'SCOPES']
  for (const line of alignedColumns(head, rows, terminalWidth())) printLine(line)
}

/** Letters of a client on a terminal. */
const CLIENT_CHARS = 16

/** Letters of the day in a time. */
const DAY_CHARS = 10

function cut(client: string): string {
  return client.length > CLIENT_CHARS ? `${client.slice(0, CLIENT_CHARS - 1)}…` : client
}

type RotateOptions = { readonly overlap: number; readonly json?: true }

async function rotateKey(id: string, options: RotateOptions): Promise<void> {
  const at = makeSystemClock().now()
  const rotated = await withStore(({ keys }) => keys.rotate(id, options.overlap, at, operator()))
  if (rotated === undefined) {
    process.stderr.write(
      `There is no key ${id} to rotate. It is unknown, expired or revoked: make one with "gateway keys create".\n`,
    )
    process.exitCode = 1
    return
  }
  const { client, key, expiresAt, oldExpiresAt } = rotated
  process.stderr.write(
    `Key ${id} of client ${client} is good until ${isoOf(oldExpiresAt)}.\n` +
      `Key ${rotated.id} takes its place, with the same scopes, and expires: ${isoOf(expiresAt) ?? 'never'}.\n` +
      'Copy it now, it cannot be shown again:\n',
  )
  const times = { expiresAt: isoOf(expiresAt), oldExpiresAt: isoOf(oldExpiresAt) }
  const about = { id: rotated.id, client, replaces: id, ...times }
  printLine(options.json ? JSON.stringify({ key, ...about }) : key)
}

async function revokeKey(id: string, options: { readonly json?: true }): Promise<void> {
  const revoked = await withStore(({ keys }) =>
    keys.revoke(id, makeSystemClock().now(), operator()),
  )
  const problem = `There is no key ${id} to revoke. It is unknown, or revoked already.`
  process.stderr.write(revoked ? `Key ${id} is revoked.\n` : `${problem}\n`)
  if (options.json) printLine(JSON.stringify({ id, revoked }))
  process.exitCode = revoked ? 0 : 1
}

function keyJson(key: ApiKey) {
  const { id, client, scopes: allowed, createdAt, lastUsedAt, expiresAt, revokedAt } = key
  const times = { createdAt: isoOf(createdAt), expiresAt: isoOf(expiresAt) }
  const more = { revokedAt: isoOf(revokedAt), lastUsedAt: isoOf(lastUsedAt) }
  return { id, client, scopes: allowed, ...times, ...more }
}

function isoOf(at: EpochMs | null): string | null {
  return at === null ? null : new Date(at).toISOString()
}

function clientName(text: string): string {
  if (CLIENT_NAME.test(text)) return text
  throw new InvalidArgumentError('A name has 1 to 64 letters, digits, dots, dashes or underscores.')
}

function scopes(text: string): readonly Scope[] {
  const wanted = [...new Set(text.split(',').map((scope) => scope.trim()))]
  const known = SCOPES.filter((scope) => wanted.includes(scope))
  if (known.length === wanted.length) return known
  throw new InvalidArgumentError(`The scopes are ${SCOPES.join(', ')}.`)
}

/** The milliseconds of `365d`. */
function days(text: string): number {
  const count = Number(/^([1-9]\d{0,3})d$/.exec(text)?.[1])
  if (count <= EXPIRY_DAYS_MAX) return count * DAY_MS
  throw new InvalidArgumentError(`Give days such as 365d, at most ${EXPIRY_DAYS_MAX}d.`)
}

/** The milliseconds of `7d` or `12h`. */
function overlap(text: string): number {
  const [, count, unit] = /^([1-9]\d{0,4})([dh])$/.exec(text) ?? []
  const ms = Number(count) * (unit === 'h' ? HOUR_MS : DAY_MS)
  if (ms <= OVERLAP_DAYS_MAX * DAY_MS) return ms
  throw new InvalidArgumentError(
    `Give days or hours such as 7d or 12h, at most ${OVERLAP_DAYS_MAX}d. A key that must open nothing any more is revoked.`,
  )
}
