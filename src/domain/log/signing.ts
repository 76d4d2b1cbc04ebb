/** The private half of the log's Ed25519 key, and its public half as a text. */
export interface Signer {
  /** What the key signs as: `<id>/sales-log`, and the origin of its checkpoints. */
  readonly name: string

  /** The public key in the text form of C2SP signed-note: `<name>+<key id>+<base64>`. */
  readonly vkey: string

  sign(message: Uint8Array): Uint8Array
}

/** Whether the Ed25519 `signature` is that of `publicKey`, 32 bytes, over `message`. Never throws. */
export type CheckSignature = (
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
) => boolean
