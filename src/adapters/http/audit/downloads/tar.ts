// Writes an archive as POSIX.1-1988 has it ("ustar"), which any tar opens.

import { setImmediate as nextTurn } from 'node:timers/promises'
import type { EpochMs } from '../../../../domain/time.ts'

const BLOCK_BYTES = 512
const NAME_BYTES_MAX = 100
/** Where the checksum stands. It is summed up over blanks in its own place. */
const CHECKSUM = { at: 148, bytes: 8 } as const
/** Readable by its owner only: a bundle names clients and amounts. */
const OWNER_ONLY = 0o600

/**
 * The files as one archive, uncompressed, each held in memory while it passes.
 *
 * @throws {Error} for a name of more than 100 bytes: a bug.
 */
export async function* tarOf(
  files: AsyncIterable<{ readonly name: string; readonly text: AsyncIterable<string> }>,
  { folder, at }: { readonly folder: string; readonly at: EpochMs },
): AsyncGenerator<Uint8Array> {
  for await (const { name, text } of files) {
    const parts: Uint8Array[] = []
    for await (const part of text) {
      parts.push(Buffer.from(part))
      // Other requests are served between two parts.
      await nextTurn()
    }
    const length = parts.reduce((sum, part) => sum + part.length, 0)
    yield headerOf(`${folder}/${name}`, length, at)
    yield* parts
    yield new Uint8Array((BLOCK_BYTES - (length % BLOCK_BYTES)) % BLOCK_BYTES)
  }
  yield new Uint8Array(2 * BLOCK_BYTES)
}

function headerOf(name: string, size: number, at: EpochMs): Uint8Array {
  if (Buffer.byteLength(name) > NAME_BYTES_MAX) throw new Error(`${name} is too long for a tar`)
  const header = Buffer.alloc(BLOCK_BYTES)
  const put = (offset: number, text: string) => header.write(text, offset)
  const octal = (value: number, digits: number) => value.toString(8).padStart(digits, '0')
  put(0, name)
  put(100, octal(OWNER_ONLY, 7))
  put(108, octal(0, 7))
  put(116, octal(0, 7))
  put(124, octal(size, 11))
  put(136, octal(Math.floor(at / 1_000), 11))
  put(156, '0')
  put(257, 'ustar\u000000')
  header.fill(' ', CHECKSUM.at, CHECKSUM.at + CHECKSUM.bytes)
  put(
    CHECKSUM.at,
    `${octal(
      header.reduce((sum, byte) => sum + byte),
      6,
    )}\u0000 `,
  )
  return header
}
