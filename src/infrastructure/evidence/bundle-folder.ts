// Writes a bundle to a folder.
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import path from 'node:path'
import { AppError } from '../../application/base/errors.ts'
import type { BundleFile } from '../../application/evidence/bundle/bundle-parts.ts'

/** The permissions of the files: a bundle shows what was sold to whom. */
const OWNER_ONLY = 0o600

/** @throws {AppError} `refused` for a folder that is not empty */
export function requireFree(folder: string): void {
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new AppError('refused', `${folder} is there already, and not empty`)
  }
}

/**
 * Writes a bundle beside `folder` and renames it when it is whole, so that a process that is killed
 * leaves no half bundle under that name. Returns the number of its files.
 *
 * @throws {AppError} `refused` when it cannot be written there
 */
export async function writeBundle(
  folder: string,
  files: AsyncIterable<BundleFile>,
): Promise<number> {
  const target = path.resolve(folder)
  let draft: string | undefined
  try {
    mkdirSync(path.dirname(target), { recursive: true })
    draft = mkdtempSync(`${target}.part-`)
    let count = 0
    for await (const file of files) {
      await writeText(path.join(draft, file.name), file.text)
      count += 1
    }
    renameSync(draft, target)
    return count
  } catch (error) {
    if (draft !== undefined) rmSync(draft, { recursive: true, force: true })
    if (!(error instanceof Error && 'syscall' in error)) throw error
    throw new AppError('refused', `the bundle cannot be written to ${folder}`, { cause: error })
  }
}

async function writeText(file: string, text: AsyncIterable<string>): Promise<void> {
  mkdirSync(path.dirname(file), { recursive: true })
  const descriptor = openSync(file, 'wx', OWNER_ONLY)
  try {
    for await (const part of text) writeSync(descriptor, part)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
