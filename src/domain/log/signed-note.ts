// A signed note is a text followed by its signatures, as text: https://c2sp.org/signed-note.
import { base64Of, bytesOfBase64, hexOf } from './hash.ts'
import type { CheckSignature, Signer } from './signing.ts'
import { KEY_ID_BYTES, parseVkey, type VerifierKey } from './vkey.ts'

export type SignedNote = {
  /** The text that is signed. It ends with a newline. */
  readonly text: string
  readonly signatures: readonly {
    readonly name: string
    readonly keyId: string
    readonly signature: Uint8Array
  }[]
}

/** The line of a signature. It begins with an em dash. */
const SIGNATURE = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/=]+)$/

/** Characters of a note. A note is a few lines, so a longer text is refused unread. */
const NOTE_LENGTH_MAX = 10_000

/**
 * The note of a text, with the signature of `signer`.
 *
 * @param text ends with a newline
 * @throws {Error} for a signer whose vkey is malformed: a bug
 */
export function signNote(signer: Signer, text: string): string {
  const key = parseVkey(signer.vkey)
  if (key === undefined) throw new Error('the key of the log has no text form')
  const signature = signer.sign(new TextEncoder().encode(text))
  const stamped = base64Of(Buffer.concat([Buffer.from(key.keyId, 'hex'), signature]))
  return `${text}\n\u2014 ${signer.name} ${stamped}\n`
}

/** A note with its text and its signatures apart; `undefined` for a text that is no note. */
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

/** Whether one of the signatures of a note is made with `key`. */
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
