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
/** Two installations, and two keys of one, never have the same name. */
const ID_BYTES = 8
const ED25519 = 1

/** The form in which Go's sumdb/note keeps a signing key: one line. */
const KEY_LINE = /^PRIVATE\+KEY\+([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)\n?$/

/**
 * The log's key from its file; `undefined` where there is no file.
 *
 * @throws {AppError} `refused` when the file holds no key or cannot be read.
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
 * Makes a new key and the file for it, readable by its owner only, unless another process was
 * first: then it is that one's.
 *
 * @throws {AppError} `refused` when the file cannot be made.
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

/** The file is there with all of its text or not at all; one that is there stays. */
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
