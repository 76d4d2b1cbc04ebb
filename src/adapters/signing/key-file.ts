// The file with the signing key of the log.
import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import path from 'node:path'
import { AppError } from '../../application/base/errors.ts'
import { bytesOfBase64 } from '../../domain/log/hash.ts'
import type { Signer } from '../../domain/log/signing.ts'
import { parseVkey } from '../../domain/log/vkey.ts'
import { makeSigner, SEED_BYTES } from './ed25519.ts'

const OWNER_ONLY = 0o600
/** Random bytes in the name of a key, so that no two keys have the same name. */
const ID_BYTES = 8
const ED25519 = 1

/** The one line of the file, as Go's package sumdb/note writes a signing key. */
const KEY_LINE = /^PRIVATE\+KEY\+([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)\n?$/

/**
 * The signing key in the file; `undefined` where there is no file.
 *
 * @throws {AppError} `refused` when the file cannot be read, or holds no key
 */
export function readKeyFile(file: string): Signer | undefined {
  if (!existsSync(file)) return undefined
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new AppError('refused', 'the key file of the log cannot be read', { cause: error })
  }
  const [, name = '', keyId, encoded = ''] = KEY_LINE.exec(text) ?? []
  const bytes = bytesOfBase64(encoded)
  if (bytes?.length === SEED_BYTES + 1 && bytes[0] === ED25519) {
    const signer = makeSigner(name, bytes.subarray(1))
    if (parseVkey(signer.vkey)?.keyId === keyId) return signer
  }
  throw new AppError('refused', 'the key file of the log holds no signing key')
}

/**
 * Writes a new key to the file, readable by its owner only, and returns it. Where another process
 * wrote the file first, its key is returned.
 *
 * @throws {AppError} `refused` when the file cannot be written
 */
export function makeKeyFile(file: string): Signer {
  const name = `${randomBytes(ID_BYTES).toString('hex')}/sales-log`
  const seed = randomBytes(SEED_BYTES)
  const keyId = parseVkey(makeSigner(name, seed).vkey)?.keyId
  const encoded = Buffer.concat([Buffer.of(ED25519), seed]).toString('base64')
  try {
    mkdirSync(path.dirname(file), { recursive: true })
    createWhole(file, `PRIVATE+KEY+${name}+${keyId}+${encoded}\n`)
  } catch (error) {
    throw new AppError('refused', 'the key file of the log cannot be made', { cause: error })
  }
  const made = readKeyFile(file)
  if (made === undefined) throw new AppError('refused', 'the key file of the log is gone again')
  return made
}

/** Writes the file whole or not at all. A file that is already there stays as it is. */
function createWhole(file: string, text: string): void {
  const draft = `${file}.${randomBytes(ID_BYTES).toString('hex')}`
  const descriptor = openSync(draft, 'wx', OWNER_ONLY)
  try {
    writeSync(descriptor, text)
    fsyncSync(descriptor)
    linkSync(draft, file)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  } finally {
    closeSync(descriptor)
    unlinkSync(draft)
  }
}
