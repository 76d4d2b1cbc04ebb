// The file of settings that `zoho connect` writes.
import { randomUUID } from 'node:crypto'
import { access, constants, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'

/** Nobody but its owner may read the file. */
const MODE = 0o600
const FOLDER_MODE = 0o700

/** `KEY=value` lines, as Node's `--env-file` and systemd's `EnvironmentFile=` read them. */
export function settingsText(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
}

/** Makes the folder of the file. @throws where nothing can be written there */
export async function prepareFolder(file: string): Promise<void> {
  const folder = path.dirname(path.resolve(file))
  await mkdir(folder, { recursive: true, mode: FOLDER_MODE })
  await access(folder, constants.W_OK)
}

export async function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}

/** Writes a new file, or replaces one as a whole. @throws where it is there and is not to be */
export async function writeSettings(file: string, text: string, replace: boolean): Promise<void> {
  if (!replace) return writeFile(file, text, { mode: MODE, flag: 'wx' })
  const made = `${file}.${randomUUID()}`
  try {
    await writeFile(made, text, { mode: MODE, flag: 'wx' })
    await rename(made, file)
  } catch (error) {
    await rm(made, { force: true })
    throw error
  }
}
