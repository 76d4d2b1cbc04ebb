// A text that proves that one event is in the log: https://c2sp.org/tlog-proof.
import { base64Of, bytesOfBase64, HASH_BYTES, type Hash } from './hash.ts'

const HEADER = 'c2sp.org/tlog-proof@v1'

export type TlogProof = {
  /** The index of the leaf, from 0: the position of its event less 1. */
  readonly index: number
  readonly hashes: readonly Hash[]
  /** The note of the checkpoint whose root the hashes lead to. */
  readonly note: string
}

export function formatTlogProof({ index, hashes, note }: TlogProof): string {
  return [HEADER, `index ${index}`, ...hashes.map(base64Of), '', note].join('\n')
}

/** `undefined` for a text that is not exactly what `formatTlogProof` writes. */
export function parseTlogProof(text: string): TlogProof | undefined {
  const split = text.indexOf('\n\n')
  const [, indexLine, ...encoded] = text.slice(0, split).split('\n')
  const index = Number(indexLine?.replace(/^index /, ''))
  const hashes = encoded.flatMap((line) => bytesOfBase64(line) ?? [])
  const proof = { index, hashes, note: text.slice(split + 2) }
  const isProof =
    split !== -1 &&
    Number.isSafeInteger(index) &&
    hashes.every(({ length }) => length === HASH_BYTES) &&
    formatTlogProof(proof) === text
  return isProof ? proof : undefined
}
