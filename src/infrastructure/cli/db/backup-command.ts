// `gateway db backup`: one file that holds what belongs together.
import { randomUUID } from 'node:crypto'
import path from 'node:path'
import process from 'node:process'
import { Command } from 'commander'
import { migrations } from '../../../../migrations/sqlite/index.ts'
import { readKeyFile } from '../../../adapters/signing/key-file.ts'
import { backUp } from '../../../adapters/sqlite/copies/back-up.ts'
import type { SignedCheckpoint } from '../../../domain/log/checkpoint.ts'
import { fingerprintOf, parseVkey } from '../../../domain/log/vkey.ts'
import { databaseFile } from '../../config/database-settings.ts'
import { makeSystemClock } from '../../system/system-clock.ts'
import { checkpointJson } from '../terminal/checkpoint-json.ts'
import { commandConfig, printLine, refuseHalfRestored } from '../terminal/command-config.ts'
import { withProgress } from '../terminal/progress.ts'

export function backupCommand(): Command {
  return new Command('backup')
    .description('copy the log and its checkpoints to a new file; works while the gateway runs')
    .argument('<file>')
    .option('--json', 'print JSON')
    .action(backUpTo)
}

const INSTEAD = 'use pg_dump, or base backups with the write-ahead log: docs/scaling.md'

async function backUpTo(file: string, options: { readonly json?: true }): Promise<void> {
  const config = commandConfig()
  const { audit } = config
  const database = databaseFile(config, INSTEAD)
  refuseHalfRestored(database)
  const madeAt = makeSystemClock().now()
  const copy = { path: database, file, suffix: randomUUID(), migrations, madeAt }
  const made = await withProgress('copying the database', () => backUp(copy))
  const { position, bytes, events, checkpoint } = made
  const fingerprint = fingerprintIn(audit.keyFile)
  const keyFile = path.resolve(audit.keyFile)
  const lines = [
    `${file} is a copy of the log up to position ${position}.`,
    `  Events      ${events}, ${bytes} bytes`,
    `  Checkpoint  ${checkpoint === undefined ? 'none' : checkpointText(checkpoint)}`,
    `  Log key     ${fingerprint ?? 'none'}`,
    `Its signing key is not in it. Keep it apart from it: ${keyFile}`,
  ]
  process.stderr.write(`${lines.join('\n')}\n`)
  if (!options.json) return
  const at = new Date(madeAt).toISOString()
  const newest = checkpoint === undefined ? null : checkpointJson(checkpoint)
  const held = { events, checkpoint: newest, fingerprint, keyFile }
  printLine(JSON.stringify({ file, position, bytes, madeAt: at, ...held }))
}

/** Of the key of this installation; `null` where there is none that can be read. */
function fingerprintIn(keyFile: string): string | null {
  try {
    const key = parseVkey(readKeyFile(keyFile)?.vkey ?? '')
    return key === undefined ? null : fingerprintOf(key)
  } catch {
    // A backup is worth more than the word about its key.
    return null
  }
}

function checkpointText({ number, size, at }: SignedCheckpoint): string {
  return `${number} of ${new Date(at).toISOString()}, over ${size} events`
}
