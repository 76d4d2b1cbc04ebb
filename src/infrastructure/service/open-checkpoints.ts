// Opens the signing key and the newest checkpoint, and checks the log against it.
import { checkSignature } from '../../adapters/signing/ed25519.ts'
import { makeKeyFile, readKeyFile } from '../../adapters/signing/key-file.ts'
import { openCheckpointFile } from '../../adapters/sqlite/checkpoints/checkpoint-file.ts'
import { checkLog, type LogCheck } from '../../application/checkpoints/check-log.ts'
import type { CheckpointFile } from '../../application/checkpoints/checkpoint-file.port.ts'
import type { Signer } from '../../domain/log/signing.ts'
import type { Config } from '../config/config.ts'
import type { Store } from './open-store.ts'

/** What checkpoints need beside the database, and what the check of the log found. */
export type OpenCheckpoints = {
  readonly signer: Signer
  readonly file: CheckpointFile
  readonly check: LogCheck
}

/**
 * Opens both files, and creates them where there are none yet. The caller closes `file`.
 *
 * @throws {AppError} when one of them cannot be created or read
 */
export async function openCheckpoints(config: Config, store: Store): Promise<OpenCheckpoints> {
  const { keyFile, checkpointsPath } = config.audit
  const signer = readKeyFile(keyFile) ?? makeKeyFile(keyFile)
  const file = openCheckpointFile(checkpointsPath)
  try {
    const { tree, checkpoints: log } = store
    return {
      signer,
      file,
      check: await checkLog({ tree, log, file, signer, checkSignature }),
    }
  } catch (error) {
    file.close()
    throw error
  }
}

/** Why the gateway does not start, and what a person can do about it. */
export function refusedStartText({ why }: LogCheck & { readonly type: 'differs' }): string {
  return [
    `The log is not what its newest checkpoint says: ${why}.`,
    'Nothing was started. Put back the database that belongs to the checkpoint. Where that is not',
    'possible, as after a backup was restored, take the log as it is, which is recorded for ever:',
    '',
    '    gateway audit accept-loss --reason TEXT',
    '',
  ].join('\n')
}
