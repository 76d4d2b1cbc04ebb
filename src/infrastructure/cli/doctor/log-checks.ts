// The checks of what the log holds: its key and checkpoint, and what waits for somebody.

import { existsSync, statSync } from 'node:fs'
import { checkSignature } from '../../../adapters/signing/ed25519.ts'
import { readKeyFile } from '../../../adapters/signing/key-file.ts'
import { readCheckpointFile } from '../../../adapters/sqlite/checkpoints/checkpoint-file.ts'
import { stateOf } from '../../../application/access/key-state.ts'
import { warningDue } from '../../../application/access/warn-of-expiry.ts'
import { checkLog } from '../../../application/checkpoints/check-log.ts'
import { otherKeyOf } from '../../../application/checkpoints/other-key.ts'
import { mailBacklog } from '../../../application/mail/mail-backlog.ts'
import type { SignedCheckpoint } from '../../../domain/log/checkpoint.ts'
import type { EpochMs } from '../../../domain/time.ts'
import type { Config } from '../../config/config.ts'
import type { Store } from '../../service/open-store.ts'
import { isBeingServed } from '../terminal/command-config.ts'
import { type Diagnosis, failed, fine, warned } from './diagnosis.ts'

/** Bits of a mode that let anybody but the owner in. */
const OF_OTHERS = 0o077

/** Age of the newest checkpoint of a gateway that serves: it signs one each hour. */
const CHECKPOINT_MS_MAX = 2 * 3_600_000

/** Age of a mail that waits: its tries are then 15 minutes apart. */
const MAIL_S_MAX = 900

/** Stuck sales that are counted. */
const STUCK_MAX = 100

/** The signing key is there, for its owner only, and the one that signed the newest checkpoint. */
export async function lookAtKey({ audit }: Config, store: Store | undefined): Promise<Diagnosis> {
  const { keyFile } = audit
  const signer = readKeyFile(keyFile)
  const kept = await keptIn(audit.checkpointsPath)
  const newest = (kept === 'torn' ? undefined : kept) ?? (await store?.checkpoints.newest())
  const other = newest && otherKeyOf(newest, signer?.vkey)
  if (other !== undefined) {
    const seen = `${keyFile} holds ${signer === undefined ? 'no key' : 'another key'} than signed the log`
    return failed(seen, `Put the key ${other} there, or set AUDIT_KEY_FILE.`)
  }
  if (signer === undefined) return fine('none yet: the first start makes one')
  const mode = statSync(keyFile).mode & 0o777
  if ((mode & OF_OTHERS) === 0) return fine(`${signer.name}, for its owner only`)
  const seen = `${keyFile} can be used by others (mode ${mode.toString(8)})`
  return failed(seen, `Who reads it can sign another log: chmod 600 ${keyFile}`)
}

/** The log is still what its newest checkpoint says, and a gateway that serves keeps signing. */
export async function lookAtCheckpoint(
  { audit, database }: Config,
  store: Store,
  now: EpochMs,
): Promise<Diagnosis> {
  // Read before the log: a gateway that serves goes on signing.
  const newest = await keptIn(audit.checkpointsPath)
  if (newest === 'torn') {
    const seen = `${audit.checkpointsPath}: a process died while it wrote it`
    return warned(seen, 'The next "gateway serve" settles it.')
  }
  const signer = readKeyFile(audit.keyFile)
  const { tree, checkpoints: log } = store
  if (signer === undefined) {
    if (newest === undefined && (await log.newest()) === undefined) {
      return fine('none yet: the first start signs one')
    }
    return warned('not verified: its key is not here', 'See "key".')
  }
  const file = { newest: async () => newest }
  const check = await checkLog({ tree, log, file, signer, checkSignature })
  if (check.type === 'differs') {
    const remedy = 'Put back the right database: docs/operating.md, "Restoring a backup".'
    return failed(check.why, remedy)
  }
  if (newest === undefined) return fine('none yet: the first start signs one')
  const ageMs = Math.max(0, now - newest.at)
  const seen = `${newest.number}, over ${newest.size} events, ${durationOf(ageMs / 1_000)} old; the log agrees`
  if (ageMs <= CHECKPOINT_MS_MAX || !(await isBeingServed(database))) return fine(seen)
  return warned(seen, 'Look for "no checkpoint signed" in the log of the gateway.')
}

/** The newest checkpoint apart from the log; `torn` where only a connection that writes could read it. */
async function keptIn(file: string): Promise<SignedCheckpoint | 'torn' | undefined> {
  try {
    return await readCheckpointFile(file)
  } catch (error) {
    // A reader must not undo what the process had begun, as its journal asks for.
    if (existsSync(`${file}-journal`)) return 'torn'
    throw error
  }
}

/** Sales that need a person: stuck ones, and those that are held in a restored copy or after a loss. */
export async function lookAtSales({ saleReader, copied }: Store): Promise<Diagnosis> {
  const { sales, next } = await saleReader.list({ status: 'stuck', limit: STUCK_MAX })
  const held = await copied.held()
  const [stuck] = sales
  if (stuck !== undefined) {
    const count = next === null ? String(sales.length) : `${STUCK_MAX} and more`
    const remedy = 'See "gateway sales list --status stuck"; its mail says what to do in the CRM.'
    return failed(`${count} stuck, such as ${stuck.saleId}`, remedy)
  }
  const [first] = held
  if (first === undefined) return fine('none is stuck')
  const remedy = `Look at each in the CRM, then: gateway sales resume ${first}`
  return warned(
    `${held.length} held, because this is a restored copy, or a part of its log is lost`,
    remedy,
  )
}

/** Mails that wait for longer than they should. */
export async function lookAtOutbox(
  { database }: Config,
  { outbox }: Store,
  now: EpochMs,
): Promise<Diagnosis> {
  const { waiting, oldestWaitingSeconds: age } = await mailBacklog(outbox, now)
  if (age === null) return fine('no mail waits')
  const seen = `${waiting} ${waiting === 1 ? 'mail waits' : 'mails wait'}, the oldest for ${durationOf(age)}`
  if (!(await isBeingServed(database))) return warned(seen, 'Start the gateway: it sends them.')
  if (age <= MAIL_S_MAX) return fine(seen)
  return warned(seen, 'See "mail", then: gateway mail test')
}

/** API keys that end soon, and whether there is one at all. */
export async function lookAtApiKeys(
  { crm }: Config,
  { keys }: Store,
  now: EpochMs,
): Promise<Diagnosis> {
  const good = (await keys.list()).filter((key) => stateOf(key, now) === 'good')
  const ending = good.filter((key) => warningDue(key, now) !== undefined)
  const [first] = ending
  if (first?.expiresAt != null) {
    const day = new Date(first.expiresAt).toISOString().slice(0, 10)
    const seen = `${ending.length} of ${good.length} end soon: ${first.id} of ${first.client} on ${day}`
    return warned(seen, `gateway keys rotate ${first.id} --overlap 7d`)
  }
  if (good.length > 0) return fine(`${good.length} valid`)
  if (crm === 'fake') return fine('none; the fake comes with a demo key')
  const scopes = 'contacts:read,sales:create,sales:read'
  return warned('none is valid', `gateway keys create --name CLIENT --scope ${scopes}`)
}

function durationOf(seconds: number): string {
  if (seconds < 120) return `${Math.floor(seconds)} s`
  if (seconds < 7_200) return `${Math.floor(seconds / 60)} min`
  return seconds < 172_800
    ? `${Math.floor(seconds / 3_600)} h`
    : `${Math.floor(seconds / 86_400)} days`
}
