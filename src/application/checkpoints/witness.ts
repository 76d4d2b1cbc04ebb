// A witness on another machine: checks that a log continues the checkpoint that it saw before.
import { parseCheckpoint, type SignedCheckpoint } from '../../domain/log/checkpoint.ts'
import { findCheckpoints } from '../../domain/log/find-checkpoints.ts'
import { bytesOfBase64, type Hash } from '../../domain/log/hash.ts'
import { provesConsistency } from '../../domain/log/proofs.ts'
import { isSignedBy } from '../../domain/log/signed-note.ts'
import type { CheckSignature } from '../../domain/log/signing.ts'
import { formatVkey, parseVkey, type VerifierKey } from '../../domain/log/vkey.ts'
import type { RemoteLog } from './remote-log.port.ts'

/** What came of one look at the log. */
export type Witnessed =
  | {
      readonly ok: true
      /** The text to keep until the next look: the key, then the checkpoint. */
      readonly kept: string
      readonly seen: SignedCheckpoint
      /** The checkpoint seen before; `undefined` at the first look. */
      readonly before: SignedCheckpoint | undefined
      readonly key: VerifierKey
    }
  /** The log does not continue what was seen before. The text kept so far is evidence: it stays. */
  | { readonly ok: false; readonly why: string }

/**
 * Reads the newest checkpoint of a remote log, and the proof that it continues the one seen before.
 * At the first look there is nothing to compare with: key and checkpoint are believed.
 *
 * @param kept the text that the look before returned; `undefined` at the first look
 * @param given the key, from a source that is trusted; it counts more than the kept one
 * @throws {AppError} `unavailable` or `refused` when the log cannot be read
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
