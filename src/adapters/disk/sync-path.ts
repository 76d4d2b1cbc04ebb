import { closeSync, fsyncSync, openSync } from 'node:fs'

/** Syncs a file or a folder to disk. A rename survives a power cut only when its folder is synced. */
export function syncPath(path: string): void {
  const descriptor = openSync(path, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
