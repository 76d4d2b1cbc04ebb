// What every subject reads from its environment, and how it reports that it serves.

import { once } from 'node:events'
import process from 'node:process'

export type Given = {
  readonly port: number
  /** Milliseconds of each call to the CRM. */
  readonly crmMs: number
  readonly dataDir: string
}

export function given(): Given {
  const { PORT = '0', CRM_MS = '0', DATA_DIR = 'data' } = process.env
  return { port: Number(PORT), crmMs: Number(CRM_MS), dataDir: DATA_DIR }
}

/** Prints the line that the harness waits for. */
export function serving(address: unknown, headers: Readonly<Record<string, string>> = {}): void {
  const port = typeof address === 'object' && address !== null && 'port' in address && address.port
  process.stdout.write(`ready ${JSON.stringify({ port, headers })}\n`)
}

/** Resolves when the harness ends the subject. */
export async function ended(): Promise<void> {
  await once(process, 'SIGTERM')
}
