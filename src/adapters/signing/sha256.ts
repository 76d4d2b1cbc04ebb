import { createHash, hash } from 'node:crypto'
import type { StartDigest } from '../../domain/log/signing.ts'

export function sha256(bytes: Uint8Array): Buffer {
  return hash('sha256', bytes, 'buffer')
}

export const startSha256: StartDigest = () => {
  const digest = createHash('sha256')
  return {
    add: (bytes) => void digest.update(bytes),
    hex: () => digest.digest('hex'),
  }
}
