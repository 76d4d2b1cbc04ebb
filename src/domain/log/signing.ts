// What signs for the log, and what checks its signatures; the adapter for Ed25519 does both.

/** The private half of the log's Ed25519 key, and its public half as a text. */
export interface Signer {
  /** The name of the key, `<id>/sales-log`. It is the origin of the checkpoints, too. */
  readonly name: string

  /** The public key in the text form of C2SP signed-note: `<name>+<key id>+<base64>`. */
  readonly vkey: string

  sign(message: Uint8Array): Uint8Array
}

/** Whether `signature` is an Ed25519 signature over `message` with `publicKey` (32 bytes). Never throws. */
export type CheckSignature = (
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
) => boolean
