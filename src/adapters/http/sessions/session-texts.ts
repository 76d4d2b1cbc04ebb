// The text of a session: which key began it and when it ends, with a seal that only this process can make.

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Timer } from '../../../application/base/clock.port.ts'
import { msBetween } from '../../../domain/time.ts'

/** Milliseconds that a session lasts, however much it is used. */
export const SESSION_MS = 3_600_000

const SECRET_BYTES = 32

/** The id of a key, milliseconds, and 256 bits in base64url. */
const SESSION = /^([0-9a-z]{1,32})\.(\d{1,15})\.([A-Za-z0-9_-]{43})$/

export type SessionTexts = {
  /** A session of this key that begins now. */
  readonly textOf: (keyId: string) => string
  /** The id of its key; `undefined` for a text that this process has not made, or that is over. */
  readonly keyIdOf: (text: string) => string | undefined
}

/**
 * Nothing is stored: the text says all, and the key is looked up by its id for each request. The secret
 * of the seal lives in this process only, so that a copy of the database signs nobody in, and a restart
 * ends all sessions. The end counts on the monotonic clock: setting the clock back makes none longer.
 */
export function makeSessionTexts(clock: Timer): SessionTexts {
  const secret = randomBytes(SECRET_BYTES)
  const begin = clock.instant()
  const nowMs = () => msBetween(begin, clock.instant())
  const sealOf = (stated: string) => createHmac('sha256', secret).update(stated).digest()

  return {
    textOf(keyId) {
      const stated = `${keyId}.${nowMs() + SESSION_MS}`
      return `${stated}.${sealOf(stated).toString('base64url')}`
    },

    keyIdOf(text) {
      const [, keyId = '', endsAtMs = '', seal = ''] = SESSION.exec(text) ?? []
      const expected = sealOf(`${keyId}.${endsAtMs}`)
      const shown = Buffer.from(seal, 'base64url')
      const isOurs = shown.length === expected.length && timingSafeEqual(shown, expected)
      return isOurs && nowMs() < Number(endsAtMs) ? keyId : undefined
    },
  }
}
