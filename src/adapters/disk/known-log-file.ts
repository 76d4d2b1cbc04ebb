import { readFile, rename, writeFile } from 'node:fs/promises'
import { AppError } from '../../application/base/errors.ts'
import type { KnownLogFile, KnownRoot } from '../../application/checkpoints/known-log-file.port.ts'
import { base64Of, bytesOfBase64, HASH_BYTES } from '../../domain/log/hash.ts'

const OWNER_ONLY = 0o600

/** A line with the size and the root in base64. It is replaced whole, so that nobody reads half of one. */
export function makeKnownLogFile(path: string): KnownLogFile {
  return {
    async read() {
      try {
        return parse(await readFile(path, 'utf8'))
      } catch {
        return undefined
      }
    },

    async write({ size, root }) {
      const draft = `${path}.draft`
      try {
        await writeFile(draft, `${size} ${base64Of(root)}\n`, { mode: OWNER_ONLY })
        await rename(draft, path)
      } catch (cause) {
        throw new AppError('unavailable', `${path} cannot be written`, { cause })
      }
    },
  }
}

function parse(text: string): KnownRoot | undefined {
  const [, size, encoded] = /^(\d{1,15}) (\S+)\n$/.exec(text) ?? []
  const root = encoded === undefined ? undefined : bytesOfBase64(encoded)
  return root?.length === HASH_BYTES ? { size: Number(size), root } : undefined
}
