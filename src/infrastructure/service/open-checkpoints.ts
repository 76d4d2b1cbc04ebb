// Opens the signing key and the newest checkpoint, and checks the log against it.
import path from 'node:path'
import { makeKnownLogFile } from '../../adapters/disk/known-log-file.ts'
import { checkSignature } from '../../adapters/signing/ed25519.ts'
import { makeKeyFile, readKeyFile } from '../../adapters/signing/key-file.ts'
import { openCheckpointFile } from '../../adapters/sqlite/checkpoints/checkpoint-file.ts'
import { AppError } from '../../application/base/errors.ts'
import {
  type CheckLogDeps,
  checkLog,
  type LogCheck,
} from '../../application/checkpoints/check-log.ts'
import type { CheckpointFile } from '../../application/checkpoints/checkpoint-file.port.ts'
import type { KnownLogFile } from '../../application/checkpoints/known-log-file.port.ts'
import { otherKeyOf } from '../../application/checkpoints/other-key.ts'
import type { SignedCheckpoint } from '../../domain/log/checkpoint.ts'
import type { Signer } from '../../domain/log/signing.ts'
import type { Config } from '../config/config.ts'
import type { Store } from './open-store.ts'

/** What checkpoints need beside the database, and what the check of the log found. */
export type OpenCheckpoints = {
  readonly signer: Signer
  readonly file: CheckpointFile
  /** Set where the database is none of this machine's files. */
  readonly knownFile?: KnownLogFile | undefined
  readonly check: LogCheck
}

/**
 * Opens both files, and makes them where there are none yet. The caller closes `file`.
 *
 * @param options.takesNewKey whether a log that another key has signed so far is taken on
 * @throws {AppError} `refused` when the key that signed the newest checkpoint is not here: no other is
 *   made in its place; or when one of the files cannot be made or read
 */
export async function openCheckpoints(
  config: Config,
  store: Store,
  options: { readonly takesNewKey?: boolean } = {},
): Promise<OpenCheckpoints> {
  const { keyFile, checkpointsPath } = config.audit
  const there = readKeyFile(keyFile)
  const file = openCheckpointFile(checkpointsPath)
  try {
    const { tree, checkpoints: log } = store
    const newest = (await file.newest()) ?? (await log.newest())
    const other = newest && otherKeyOf(newest, there?.vkey)
    if (other !== undefined && !options.takesNewKey) throw otherKeyError(keyFile, there, other)
    const signer = there ?? makeKeyFile(keyFile)
    const known = knownFileOf(config)
    const isElsewhere = config.database.type === 'postgres'
    const deps = { tree, log, file, signer, checkSignature, known }
    const check = await checkFrom(newest, deps, isElsewhere)
    return { signer, file, knownFile: known, check }
  } catch (error) {
    file.close()
    throw error
  }
}

/**
 * Checks the log by `newest`, as it was read before: another gateway may sign the first checkpoint meanwhile,
 * and a second look would take the file of this one for lost.
 *
 * @param isElsewhere whether the database is none of this machine's files
 */
export async function checkFrom(
  newest: SignedCheckpoint | undefined,
  deps: CheckLogDeps & { readonly file: CheckpointFile },
  isElsewhere: boolean,
): Promise<LogCheck> {
  const { file, log } = deps
  if (isElsewhere) await beginFile(file, newest)
  const looked = { newest: async () => newest, lastLossPosition: () => log.lastLossPosition() }
  return checkLog({ ...deps, log: looked })
}

/**
 * With PostgreSQL a machine without the file is a new one, and no sign that anything is gone: it begins with
 * what the database has. From then on the database is compared with what this machine knows.
 */
async function beginFile(
  file: CheckpointFile,
  newest: SignedCheckpoint | undefined,
): Promise<void> {
  if (newest !== undefined && (await file.newest()) === undefined) await file.replace(0, newest)
}

/** A file has the disk of its log: what it has lost, such a file would have lost, too. */
function knownFileOf({ database, audit }: Config): KnownLogFile | undefined {
  if (database.type === 'sqlite') return undefined
  return makeKnownLogFile(path.join(path.dirname(audit.checkpointsPath), 'known-log'))
}

/** The log may be whole: nothing can be said of it without its key, so nothing is offered but the key. */
function otherKeyError(keyFile: string, there: Signer | undefined, other: string): AppError {
  const found = there === undefined ? 'no key (none was made)' : `another one, ${there.name}`
  return new AppError(
    'refused',
    [
      `The key that signed the newest checkpoint is not here: ${keyFile} holds ${found}.`,
      `Nothing was started. The log is signed with ${other}. Put that key back, or set`,
      'AUDIT_KEY_FILE to the file that holds it. Where it is lost for good, docs/auditing.md says',
      'how the log goes on under another one.',
    ].join('\n'),
  )
}

/** Why the gateway does not start, and what a person can do about it. */
export function refusedStartText({ why }: { readonly why: string }): string {
  return [
    `The log is not what its newest checkpoint says: ${why}.`,
    'Nothing was started. Put back the database that belongs to the checkpoint. Where that is not',
    'possible, as after a backup was restored, take the log as it is, which is recorded for ever:',
    '',
    '    gateway audit accept-loss --reason TEXT',
    '',
  ].join('\n')
}
