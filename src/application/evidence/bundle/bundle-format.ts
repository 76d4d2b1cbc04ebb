import type { SaleId } from '../../../domain/ids.ts'
import { hexOf, sha256 } from '../../../domain/log/hash.ts'
import { signNote } from '../../../domain/log/signed-note.ts'
import type { Signer } from '../../../domain/log/signing.ts'
import type { Actor } from '../../log/event-record.ts'

// The bundle that an auditor takes along. Its format is described in docs/evidence.md, and two
// verifiers beside this code read it: a change of it is another FORMAT.

export const FORMAT = 'plg-sales-evidence/1'

export const MANIFEST = 'manifest.json'
export const MANIFEST_NOTE = 'manifest.note'
export const EVENTS = 'events.jsonl'
export const CHECKPOINTS = 'checkpoints.txt'

/** What a bundle is about. */
export type EvidenceScope = { readonly sale: SaleId } | RangeScope

export type RangeScope = {
  /** The times that were asked for: inclusive, and exclusive. */
  readonly from: string
  readonly to: string
  /** All events between these positions are in it, whatever their time. */
  readonly first: number
  readonly last: number
}

/** A mail about this sale and others: what it says of those is no business of the reader. */
export type WithheldEvent = {
  readonly position: number
  readonly type: 'MailSent'
  readonly at: string
  readonly about: string
  /** The leaf hash, in hexadecimal: that there is such an event can be shown without its text. */
  readonly leaf: string
}

export type EvidenceManifest = {
  readonly format: typeof FORMAT
  readonly origin: string
  readonly scope: EvidenceScope
  readonly events: number
  readonly withheld: readonly WithheldEvent[]
  /** All files but the manifest and its note. SHA-256 in hexadecimal. */
  readonly files: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>
  readonly software: string
  readonly madeAt: string
  readonly madeBy: Actor
}

export function proofName(position: number): string {
  return `proofs/${position}.tlog-proof`
}

/** Only who has the key of the log can change a file of the bundle without being found out. */
export function signManifest(signer: Signer, manifest: string): string {
  return signNote(signer, manifestStatement(signer.name, Buffer.from(manifest)))
}

/** What is signed; it cannot be taken for a checkpoint, which begins with the origin. */
export function manifestStatement(origin: string, manifest: Uint8Array): string {
  return `${FORMAT}\n${origin}\n${hexOf(sha256(manifest))}\n`
}
