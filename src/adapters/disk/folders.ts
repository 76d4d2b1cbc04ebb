import { mkdirSync, statSync } from 'node:fs'
import path from 'node:path'

/**
 * Makes a folder and those above it, where they are not there. Node's own way to do so never ends
 * where a file system takes no new folder and calls that ENOENT, as `/proc` does.
 *
 * @throws {Error} the reason of the system why one of them cannot be made
 */
export function ensureFolder(folder: string): void {
  if (isMade(folder)) return
  const above = path.dirname(path.resolve(folder))
  if (above === path.resolve(folder)) return
  ensureFolder(above)
  mkdirSync(folder)
}

/** Whether the folder is there now. `false`: one above it is missing. */
function isMade(folder: string): boolean {
  try {
    mkdirSync(folder)
    return true
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT') return false
    // A folder that is there may be on a file system that is read-only.
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return true
    throw error
  }
}
