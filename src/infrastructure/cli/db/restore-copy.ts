// Restores a backup: takes it, judges it against what is known of the log, and puts it in place.

import path from 'node:path'
import { syncPath } from '../../../adapters/disk/sync-path.ts'
import { checkSignature } from '../../../adapters/signing/ed25519.ts'
import { makeKeyFile, readKeyFile } from '../../../adapters/signing/key-file.ts'
import {
  draftOf,
  isHalfRestored,
  putInPlace,
  type Restored,
} from '../../../adapters/sqlite/copies/put-in-place.ts'
import { settleCopy } from '../../../adapters/sqlite/copies/settle-copy.ts'
import { refuseLink, removeDatabase, takeCopy } from '../../../adapters/sqlite/copies/take-copy.ts'
import type { WallClock } from '../../../application/base/clock.port.ts'
import { AppError, errorCode } from '../../../application/base/errors.ts'
import { acceptLoss } from '../../../application/checkpoints/accept-loss.ts'
import { checkLog, type LogCheck } from '../../../application/checkpoints/check-log.ts'
import type { CheckpointFile } from '../../../application/checkpoints/checkpoint-file.port.ts'
import { otherKeyOf } from '../../../application/checkpoints/other-key.ts'
import { makeSignCheckpoint } from '../../../application/checkpoints/sign-checkpoint.ts'
import type { Actor } from '../../../application/log/event-record.ts'
import type { SignedCheckpoint } from '../../../domain/log/checkpoint.ts'
import type { Signer } from '../../../domain/log/signing.ts'
import type { EpochMs } from '../../../domain/time.ts'
import type { Config } from '../../config/config.ts'
import { databaseFile } from '../../config/database-settings.ts'
import { mailDomainOf } from '../../service/mailer.ts'
import { openStore, type Store } from '../../service/open-store.ts'
import { requireSameCrm } from '../../service/same-crm.ts'
import { type KnownLog, knownLog } from './known-log.ts'

export type RestoreRequest = {
  readonly config: Config
  readonly file: string
  /** Why a loss is accepted; `undefined` where none was expected. */
  readonly reason: string | undefined
  readonly operator: Actor
  readonly clock: WallClock
}

type Differs = LogCheck & { readonly type: 'differs' }

/**
 * Restores the backup in `file`, and returns what is in place then. Where it refuses or fails, all is as
 * it was. To be called by who has the lock to serve the database.
 *
 * @throws {AppError} `refused` for a file that is no backup of this log, and where a loss has no reason;
 *   `unreadable` for a damaged file; `unavailable` when there is no room for it
 */
export async function restoreCopy(request: RestoreRequest): Promise<Restored> {
  const { config, file, clock } = request
  const database = databaseFile(config)
  refuseLink(database)
  const known = await knownLog(config)
  const draft = draftOf(database)
  if (path.resolve(file) === path.resolve(draft)) {
    throw new AppError('refused', `${file} is where a restore prepares its own: name it otherwise`)
  }
  // A restore that was killed before it had decided leaves one.
  removeDatabase(draft)
  try {
    const { madeAt } = await takeCopy(file, draft)
    const prepared = await prepare(draft, known, request)
    await settleCopy(draft)
    syncPath(draft)
    const places = { database, checkpoints: config.audit.checkpointsPath }
    return await putInPlace(
      places,
      planFor(prepared, madeAt, known, request),
      new Date(clock.now()),
    )
  } catch (error) {
    // What is decided needs its draft.
    if (!isHalfRestored(database)) removeDatabase(draft)
    throw error
  }
}

function planFor(
  { newest, ...found }: Prepared,
  madeAt: EpochMs,
  known: KnownLog,
  { config, file }: RestoreRequest,
) {
  const { audit } = config
  const database = databaseFile(config)
  const checkpoint = newest && {
    number: newest.number,
    size: newest.size,
    at: new Date(newest.at).toISOString(),
  }
  return {
    note: newest?.note ?? null,
    setsCheckpointsAside: known.unread.includes(audit.checkpointsPath),
    restored: {
      file,
      database,
      madeAt: new Date(madeAt).toISOString(),
      checkpoint: checkpoint ?? null,
      isCompared: isKnown(known),
      ...found,
    },
  }
}

function isKnown({ checkpoint, position, unread }: KnownLog): boolean {
  return checkpoint !== undefined || position > 0 || unread.length > 0
}

/** The draft, ready to be served. */
type Prepared = Pick<Restored, 'position' | 'loss' | 'held'> & {
  readonly newest: SignedCheckpoint | undefined
}

/** Brings the draft to this version, judges it, and records a loss in it. */
async function prepare(draft: string, known: KnownLog, request: RestoreRequest): Promise<Prepared> {
  const { config, file } = request
  const store = await openCopy(draft, file)
  try {
    await requireSameCrm(store.crmMark, {
      crm: config.crm,
      database: { type: 'sqlite', path: file },
    })
    const own = await store.checkpoints.newest()
    const signer = readKeyFile(config.audit.keyFile)
    requireItsKey(`The log in ${file}`, own, signer, config)
    requireItsKey('The log that was here', known.checkpoint, signer, config)
    if (own !== undefined) {
      const check = await checkAgainst(store, own, signer)
      if (check?.type === 'differs') throw ownCheckpointError(file, check)
    }
    const differs = await lossOf(store, known, signer)
    const accepted = differs && (await accept(store, differs, known, signer, request))
    return {
      newest: accepted ?? own,
      position: await store.tree.size(),
      loss: differs && { position: await store.checkpoints.lastLossPosition(), why: differs.why },
      held: await store.copied.held(),
    }
  } finally {
    await store.close()
  }
}

async function openCopy(draft: string, file: string): Promise<Store> {
  try {
    return await openStore(draft)
  } catch (cause) {
    if (errorCode(cause) !== 'refused') throw cause
    throw new AppError('refused', `${file} cannot be restored by this version`, { cause })
  }
}

/** Without its key nobody can tell a log from another one. */
function requireItsKey(
  log: string,
  newest: SignedCheckpoint | undefined,
  signer: Signer | undefined,
  { audit: { keyFile } }: Config,
): void {
  const other = newest && otherKeyOf(newest, signer?.vkey)
  if (other === undefined) return
  const found = signer === undefined ? 'no key' : `another one, ${signer.name}`
  throw new AppError(
    'refused',
    [
      `${log} is signed with ${other}, and ${keyFile} holds ${found}.`,
      'Nothing was changed. Put that key there, or set AUDIT_KEY_FILE to the file that holds it.',
    ].join('\n'),
  )
}

function ownCheckpointError(file: string, { why }: Differs): AppError {
  const text = `${file} is not what its own newest checkpoint says: ${why}. Take another backup`
  return new AppError('unreadable', text)
}

async function checkAgainst(
  { tree, checkpoints: log }: Store,
  newest: SignedCheckpoint,
  signer: Signer | undefined,
): Promise<LogCheck | undefined> {
  if (signer === undefined) return undefined
  return checkLog({ tree, log, file: { newest: async () => newest }, signer, checkSignature })
}

/** What would be lost, as far as anything here shows it. */
async function lossOf(
  store: Store,
  { checkpoint, position, unread }: KnownLog,
  signer: Signer | undefined,
): Promise<Differs | null> {
  const size = await store.tree.size()
  const differs = (why: string): Differs => {
    return { type: 'differs', why, size, known: checkpoint, isLoss: true }
  }
  const check = checkpoint && (await checkAgainst(store, checkpoint, signer))
  if (check?.type === 'differs') return check
  if (position > size) {
    return differs(`the log that was here had ${position} events, and the backup has ${size}`)
  }
  if (unread.length === 0) return null
  return differs(`${unread.join(' and ')} cannot be read, so nobody knows how long the log was`)
}

/** Records the loss as `audit accept-loss` does. The file with the newest checkpoint is not touched yet. */
async function accept(
  store: Store,
  differs: Differs,
  known: KnownLog,
  signer: Signer | undefined,
  { config, reason, operator, clock }: RestoreRequest,
): Promise<SignedCheckpoint> {
  if (reason === undefined) {
    const text = `${differs.why}. What is missing is lost once the backup is restored.\nNothing was changed. To restore it all the same, say why with --reason TEXT: it is recorded\nfor ever, and mailed to MAIL_TO.`
    throw new AppError('refused', text)
  }
  const { tree, checkpoints: log } = store
  const file: CheckpointFile = {
    newest: async () => known.checkpoint,
    replace: async () => true,
    close() {},
  }
  const key = signer ?? makeKeyFile(config.audit.keyFile)
  const signCheckpoint = makeSignCheckpoint({ tree, log, file, signer: key, clock })
  const mailDomain = mailDomainOf(config.mail)
  const deps = { tree, log, signCheckpoint, clock, mailDomain }
  // The sizes of event and mail do not show a loss that no checkpoint covers.
  const isShown = known.checkpoint !== undefined && known.checkpoint.size > differs.size
  const told = isShown ? reason : `${reason} (${differs.why})`
  return acceptLoss(deps, differs, { operator, reason: told })
}
