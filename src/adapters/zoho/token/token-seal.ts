// Encrypts the state of the access token for the token store.

import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import type { ZohoConfig } from '../exchange/zoho-config.ts'

const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** Reads and writes what lies on the token store. */
export type Seal = {
  /** Returns the text encrypted: nonce, tag, cipher text. */
  close(text: string): Uint8Array
  /**
   * Returns the text, or `undefined` for bytes that are damaged or sealed under other credentials.
   */
  open(sealed: Uint8Array): string | undefined
}

/**
 * Uses AES-256-GCM with a key that is derived from the credentials, the client secret among them.
 * So whoever has the database alone has no token, and new credentials never get an old token.
 */
export function makeSeal(config: ZohoConfig): Seal {
  const { accountsUrl, clientId, refreshToken } = config
  const salt = JSON.stringify([accountsUrl, clientId, refreshToken])
  const derived = hkdfSync('sha256', config.clientSecret, salt, 'zoho access token', KEY_BYTES)
  const key = new Uint8Array(derived)

  return {
    close(text) {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', key, nonce)
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([nonce, cipher.getAuthTag(), body])
    },

    open(sealed) {
      if (sealed.length < NONCE_BYTES + TAG_BYTES) return undefined
      const body = sealed.subarray(NONCE_BYTES + TAG_BYTES)
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES))
      decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
      try {
        return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8')
      } catch {
        return undefined
      }
    },
  }
}
