// A checkpoint is a signed statement about the whole log: https://c2sp.org/tlog-checkpoint.
import type { EpochMs } from '../time.ts'
import { base64Of, bytesOfBase64, HASH_BYTES } from './hash.ts'
import type { TreeHead } from './proofs.ts'
import { parseNote, type SignedNote, signNote } from './signed-note.ts'
import type { Signer } from './signing.ts'

/** Why a checkpoint was made. `accepted`: a person accepted a loss, and checkpoints begin again. */
export const CHECKPOINT_REASONS = [
  'start',
  'stop',
  'events',
  'interval',
  'hour',
  'asked',
  'accepted',
] as const
export type CheckpointReason = (typeof CHECKPOINT_REASONS)[number]

export type Checkpoint = TreeHead & {
  readonly origin: string
  /** Counts the checkpoints of a log from 1. */
  readonly number: number
  readonly at: EpochMs
  readonly reason: CheckpointReason
}

/** A checkpoint with its note: the exact text that is signed, stored and published. */
export type SignedCheckpoint = Checkpoint & { readonly note: string }

export type ParsedCheckpoint = {
  readonly checkpoint: SignedCheckpoint
  readonly signed: SignedNote
}

export function makeSignedCheckpoint(
  signer: Signer,
  stated: Omit<Checkpoint, 'origin'>,
): SignedCheckpoint {
  const checkpoint = { ...stated, origin: signer.name }
  return { ...checkpoint, note: signNote(signer, textOf(checkpoint)) }
}

/** The checkpoint in a note. Its signatures are not checked here. `undefined` for any other text. */
export function parseCheckpoint(note: string): ParsedCheckpoint | undefined {
  const signed = parseNote(note)
  if (signed === undefined) return
  const [origin, size, root, number, at, reason] = signed.text.split('\n')
  const checkpoint = {
    origin: origin ?? '',
    size: Number(size),
    root: bytesOfBase64(root ?? '') ?? new Uint8Array(0),
    number: Number(number?.replace(/^number /, '')),
    at: Date.parse(at?.replace(/^time /, '') ?? '') as EpochMs,
    reason: CHECKPOINT_REASONS.find((known) => `reason ${known}` === reason),
    note,
  }
  const { reason: known } = checkpoint
  if (known === undefined || checkpoint.root.length !== HASH_BYTES) return
  if (![checkpoint.size, checkpoint.number, checkpoint.at].every(isCount)) return
  const parsed = { ...checkpoint, reason: known }
  // Each checkpoint has one text only, so that a changed text is always another checkpoint.
  return textOf(parsed) === signed.text ? { checkpoint: parsed, signed } : undefined
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}

/** Number, time and reason are extension lines, so that they are signed with the rest. */
function textOf({ origin, size, root, number, at, reason }: Checkpoint): string {
  const time = new Date(at).toISOString()
  const extensions = [`number ${number}`, `time ${time}`, `reason ${reason}`]
  return [origin, size, base64Of(root), ...extensions, ''].join('\n')
}
