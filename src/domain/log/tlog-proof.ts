// A text that proves that one event is in the log: https://c2sp.org/tlog-proof.
import { base64Of, type Hash } from './hash.ts'

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
