// The file with the signing key of the log.
import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs'
import path from 'node:path'
import { AppError } from '../../application/base/errors.ts'
import { bytesOfBase64 } from '../../domain/log/hash.ts'
import type { Signer } from '../../domain/log/signing.ts'
import { parseVkey } from '../../domain/log/vkey.ts'
import { ensureFolder } from '../disk/folders.ts'
import { unusable } from '../disk/unusable.ts'
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
    throw unusable(file, error)
  }
  const [, name = '', keyId, encoded = ''] = KEY_LINE.exec(text) ?? []
  const bytes = bytesOfBase64(encoded)
  if (bytes?.length === SEED_BYTES + 1 && bytes[0] === ED25519) {
    const signer = makeSigner(name, bytes.subarray(1))
    if (parseVkey(signer.vkey)?.keyId === keyId) return signer
  }
  throw new AppError('refused', `${file} holds no signing key: put back the one of this log`)
}

/**
 * Writes a new key to the file, readable by its owner only, and returns it. Where another process
 * wrote the file first, its key is returned.
 *
 * @param link makes a hard link
 * @throws {AppError} `refused` when the file cannot be written
 */
export function makeKeyFile(file: string, link = linkSync): Signer {
  const name = `${randomBytes(ID_BYTES).toString('hex')}/sales-log`
  const seed = randomBytes(SEED_BYTES)
  const keyId = parseVkey(makeSigner(name, seed).vkey)?.keyId
  const encoded = Buffer.concat([Buffer.of(ED25519), seed]).toString('base64')
  try {
    ensureFolder(path.dirname(file))
    createWhole(file, `PRIVATE+KEY+${name}+${keyId}+${encoded}\n`, link)
  } catch (error) {
    throw unusable(file, error)
  }
  const made = readKeyFile(file)
  if (made === undefined) throw new AppError('refused', `${file} is gone again`)
  return made
}

/** How file systems without hard links, such as exFAT and some network shares, answer `link`. */
const NO_LINKS = ['EPERM', 'EOPNOTSUPP', 'ENOTSUP', 'ENOSYS']

/**
 * Writes the file whole or not at all. A file that is already there stays as it is. Where there are no
 * hard links, a process that is killed at this moment may leave a file without a key.
 */
function createWhole(file: string, text: string, link: typeof linkSync): void {
  const draft = `${file}.${randomBytes(ID_BYTES).toString('hex')}`
  try {
    writeNew(draft, text)
    try {
      link(draft, file)
    } catch (error) {
      if (!NO_LINKS.includes(codeOf(error))) throw error
      writeNew(file, text)
    }
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

function writeNew(file: string, text: string): void {
  const descriptor = openSync(file, 'wx', OWNER_ONLY)
  try {
    writeSync(descriptor, text)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
