import { base64Of, bytesOfBase64, hexOf } from './hash.ts'
import type { CheckSignature, Signer } from './signing.ts'
import { KEY_ID_BYTES, parseVkey, type VerifierKey } from './vkey.ts'

// A text with its signatures as a text: https://c2sp.org/signed-note.

export type SignedNote = {
  /** What is signed; it ends with a newline. */
  readonly text: string
  readonly signatures: readonly {
    readonly name: string
    readonly keyId: string
    readonly signature: Uint8Array
  }[]
}

/** An em dash begins the line of a signature. */
const SIGNATURE = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/=]+)$/

/** A note is a few lines; anything longer is none. */
const NOTE_LENGTH_MAX = 10_000

/** @param text ends with a newline. @throws {Error} for a signer whose vkey is malformed: a bug. */
export function signNote(signer: Signer, text: string): string {
  const key = parseVkey(signer.vkey)
  if (key === undefined) throw new Error('the key of the log has no text form')
  const signature = signer.sign(new TextEncoder().encode(text))
  const stamped = base64Of(Buffer.concat([Buffer.from(key.keyId, 'hex'), signature]))
  return `${text}\n\u2014 ${signer.name} ${stamped}\n`
}

/** `undefined` for a text that is no signed note. */
export function parseNote(note: string): SignedNote | undefined {
  const split = note.lastIndexOf('\n\n')
  if (split === -1 || !note.endsWith('\n') || note.length > NOTE_LENGTH_MAX) return
  const lines = note.slice(split + 2, -1).split('\n')
  const signatures: SignedNote['signatures'][number][] = []
  for (const line of lines) {
    const [, name, encoded] = SIGNATURE.exec(line) ?? []
    const bytes = bytesOfBase64(encoded ?? '')
    if (name === undefined || bytes === undefined || bytes.length <= KEY_ID_BYTES) return
    const keyId = hexOf(bytes.slice(0, KEY_ID_BYTES))
    signatures.push({ name, keyId, signature: bytes.slice(KEY_ID_BYTES) })
  }
  return { text: note.slice(0, split + 1), signatures }
}

/** Whether one of the signatures is that of `key`. */
export function isSignedBy(
  check: CheckSignature,
  { text, signatures }: SignedNote,
  key: VerifierKey,
): boolean {
  const message = new TextEncoder().encode(text)
  return signatures.some(
    ({ name, keyId, signature }) =>
      name === key.name && keyId === key.keyId && check(key.publicKey, message, signature),
  )
}
