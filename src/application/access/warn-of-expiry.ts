// Mails and says in the log that a key is about to expire: 14 days before, and again 1 day before.

import type { EpochMs } from '../../domain/time.ts'
import { STORE_BACKOFF, steady } from '../base/backoff.ts'
import type { Clock } from '../base/clock.port.ts'
import type { Logger } from '../base/logger.port.ts'
import { patiently } from '../base/patiently.ts'
import { commandLines } from '../mail/mail-parts.ts'
import type { NewMail, Outbox } from '../mail/outbox.port.ts'
import { stateOf } from './key-state.ts'
import type { ApiKey, KeyStore } from './key-store.port.ts'

const DAY_MS = 86_400_000

/** Days before its end at which a key is mailed about, the last one first. */
const WARNING_DAYS = [1, 14] as const

/** Milliseconds from one look at the keys to the next. */
const LOOK_EVERY_MS = 3_600_000

/** Milliseconds before a database that cannot be used is tried again; nobody waits for it. */
const STORE_RETRY = steady(STORE_BACKOFF.maxMs)

/** Runs until `stop` is aborted. @throws {AppError} `lost`: the process has to stop. */
export type WarnOfExpiry = (stop: AbortSignal) => Promise<void>

export function makeWarnOfExpiry(deps: {
  readonly keys: Pick<KeyStore, 'list'>
  readonly outbox: Pick<Outbox, 'put'>
  readonly clock: Clock
  readonly logger: Logger
  /** The right side of each `Message-ID`. */
  readonly mailDomain: string
  /** Called after each mail that was put out, so that it is sent at once. */
  readonly onMail: () => void
}): WarnOfExpiry {
  const { keys, outbox, clock, logger, mailDomain, onMail } = deps

  return async function warnOfExpiry(stop) {
    const onFailure = (err: unknown) => logger.warn({ err }, 'the expiry of keys not looked at yet')
    while (!stop.aborted) {
      await patiently({ clock, backoff: STORE_RETRY, stop, onFailure }, look)
      await clock.sleep(LOOK_EVERY_MS, stop)
    }
  }

  async function look(): Promise<void> {
    const now = clock.now()
    for (const key of await keys.list()) {
      const days = stateOf(key, now) === 'good' ? warningDue(key, now) : undefined
      if (key.expiresAt === null || days === undefined) continue
      // The outbox keeps each mail that was ever put out, and takes none a second time.
      if (!(await outbox.put(expiryMail(key, key.expiresAt, { days, mailDomain, now })))) continue
      const { id: keyId, client } = key
      logger.warn({ keyId, client, expiresAt: isoOf(key.expiresAt) }, 'an API key expires soon')
      onMail()
    }
  }
}

/** The days of the warning whose time has come; none that is longer than the whole life of the key. */
export function warningDue({ createdAt, expiresAt }: ApiKey, now: EpochMs): number | undefined {
  if (expiresAt === null) return undefined
  return WARNING_DAYS.find(
    (days) => expiresAt - now <= days * DAY_MS && expiresAt - createdAt > days * DAY_MS,
  )
}

function expiryMail(
  { id, client, scopes, lastUsedAt }: ApiKey,
  expiresAt: EpochMs,
  about: { readonly days: number; readonly mailDomain: string; readonly now: EpochMs },
): NewMail {
  const subject = `API key ${id} of ${client} expires on ${isoOf(expiresAt).slice(0, 10)}`
  return {
    // A key that is rotated ends at another time, about which there is a mail of its own.
    messageId: `key-expires.${id}.${expiresAt}.${about.days}@${about.mailDomain}`,
    about: 'key',
    saleId: null,
    subject,
    text: [
      `${subject}.`,
      '',
      'From then on each request with it is refused with 401.',
      '',
      `Key: ${id}`,
      `Client: ${client}`,
      `Scopes: ${scopes.join(', ')}`,
      `Last used: ${lastUsedAt === null ? 'never' : isoOf(lastUsedAt)}`,
      `Expires: ${isoOf(expiresAt)}`,
      '',
      'Where the client has its next key already, there is nothing to do. Else make one, and give it to the',
      'client; this one is good until it expires:',
      ...commandLines(`gateway keys rotate ${id} --overlap ${about.days}d`),
    ].join('\n'),
    createdAt: about.now,
  }
}

function isoOf(at: EpochMs): string {
  return new Date(at).toISOString()
}
