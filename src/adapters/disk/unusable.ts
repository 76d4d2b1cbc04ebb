// Why a file cannot be used, in words for who runs the gateway: the path, the reason, what to do.

import { statSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { AppError } from '../../application/base/errors.ts'

/** The error `refused` for a file or folder that `cause`, an error of the system, keeps us from using. */
export function unusable(file: string, cause: unknown): AppError {
  return new AppError('refused', `${file} cannot be used. ${remedyFor(file, cause)}`, { cause })
}

/** What to do about a file or folder that `cause`, an error of the system, keeps us from using. */
export function remedyFor(file: string, cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (code === 'EROFS') return 'Its file system is read-only: name another place in DATA_DIR'
  if (code === 'ENOSPC') return 'The disk is full: make room'
  if (code !== 'EACCES' && code !== 'EPERM') return 'Name another place in DATA_DIR'
  const mine = process.getuid?.()
  const there = nearest(file)
  if (mine === undefined || there === undefined || there.uid === mine) {
    return 'Its mode, or that of its folder, forbids it: see "ls -ld"'
  }
  const { uid, of } = there
  return `${of} belongs to user ${uid}, and this process is of user ${mine}: start it as user ${uid}, or give the files to user ${mine} with "chown -R ${mine} ${path.dirname(file)}"`
}

/** The owner of the file, or of the nearest folder above it that is there. */
function nearest(file: string): { readonly uid: number; readonly of: string } | undefined {
  for (let of = path.resolve(file); ; of = path.dirname(of)) {
    const uid = ownerOf(of)
    if (uid !== undefined) return { uid, of }
    if (of === path.dirname(of)) return undefined
  }
}

function ownerOf(file: string): number | undefined {
  try {
    return statSync(file).uid
  } catch {
    return undefined
  }
}
