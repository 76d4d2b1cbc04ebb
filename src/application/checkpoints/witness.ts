import { parseCheckpoint, type SignedCheckpoint } from '../../domain/log/checkpoint.ts'
import { findCheckpoints } from '../../domain/log/find-checkpoints.ts'
import { bytesOfBase64, type Hash } from '../../domain/log/hash.ts'
import { provesConsistency } from '../../domain/log/proofs.ts'
import { isSignedBy } from '../../domain/log/signed-note.ts'
import type { CheckSignature } from '../../domain/log/signing.ts'
import { formatVkey, parseVkey, type VerifierKey } from '../../domain/log/vkey.ts'
import type { RemoteLog } from './remote-log.port.ts'

/** What a witness saw last, as the text that it keeps: the key, then the checkpoint. */
export type Witnessed =
  | {
      readonly ok: true
      /** What to keep from now on. */
      readonly kept: string
      readonly seen: SignedCheckpoint
      /** `undefined` at the first time. */
      readonly before: SignedCheckpoint | undefined
      readonly key: VerifierKey
    }
  /** The log is not a continuation of what was seen: what was kept is evidence, and stays. */
  | { readonly ok: false; readonly why: string }

/**
 * Asks a log for its newest checkpoint, and for the proof that it continues the one seen before.
 * The first time there is nothing to compare with: its key and its checkpoint are taken as they are.
 *
 * @param kept what an earlier call said to keep
 * @param given the key, from somebody who is trusted; it wins over the kept one
 * @throws {AppError} when the log cannot be asked.
 */
export async function witness(
  deps: {
    readonly remoteLog: RemoteLog
    readonly checkSignature: CheckSignature
  },
  kept: string | undefined,
  given: VerifierKey | undefined,
): Promise<Witnessed> {
  const { remoteLog, checkSignature } = deps
  const last = kept === undefined ? undefined : readKept(kept)
  if (kept !== undefined && last === undefined) return no('what was kept is no checkpoint')
  const { note, vkey } = await remoteLog.checkpoint()
  const key = given ?? last?.key ?? parseVkey(vkey ?? '')
  if (key === undefined) return no('the log says no key, and none was given')
  const parsed = parseCheckpoint(note)
  if (parsed === undefined) return no('what the log answers is no checkpoint')
  const seen = parsed.checkpoint
  if (seen.origin !== key.name || !isSignedBy(checkSignature, parsed.signed, key)) {
    return no(`checkpoint ${seen.number} is not signed with the key ${formatVkey(key)}`)
  }
  const before = last?.checkpoint
  const why = before === undefined ? undefined : await whyNotContinued(before, seen)
  if (why !== undefined) return no(why)
  return { ok: true, kept: `${formatVkey(key)}\n\n${note}`, seen, before, key }

  async function whyNotContinued(
    older: SignedCheckpoint,
    newer: SignedCheckpoint,
  ): Promise<string | undefined> {
    const sizes = `checkpoint ${older.number} was over ${older.size} events`
    if (newer.size < older.size || newer.number < older.number) {
      return `${sizes}, and now the newest is number ${newer.number}, over ${newer.size}`
    }
    const isSame = newer.size === older.size
    const hashes = isSame ? [] : await remoteLog.consistency(older.size, newer.size)
    const proof = hashes.map(bytesOfBase64)
    const isProof = proof.every((hash): hash is Hash => hash !== undefined)
    if (isProof && provesConsistency(proof, older, newer)) return undefined
    return `${sizes}, and those are not the first of the ${newer.size} of number ${newer.number}`
  }

  function readKept(text: string) {
    const key = parseVkey(text.split('\n')[0] ?? '')
    const parsed = parseCheckpoint(findCheckpoints(text)[0] ?? '')
    return key && parsed && { key, checkpoint: parsed.checkpoint }
  }
}

function no(why: string): Witnessed {
  return { ok: false, why }
}
