// The format of a bundle of evidence, as docs/evidence.md describes it.
import type { SaleId } from '../../../domain/ids.ts'
import { hexOf, sha256 } from '../../../domain/log/hash.ts'
import { signNote } from '../../../domain/log/signed-note.ts'
import type { Signer } from '../../../domain/log/signing.ts'
import type { Actor } from '../../log/event-record.ts'

/** Name and version of the format. Verifiers that were shipped read it, so any change needs another. */
export const FORMAT = 'plg-sales-evidence/1'

export const MANIFEST = 'manifest.json'
export const MANIFEST_NOTE = 'manifest.note'
export const EVENTS = 'events.jsonl'
export const CHECKPOINTS = 'checkpoints.txt'

/** What a bundle is about: one sale, or a part of the log. */
export type EvidenceScope = { readonly sale: SaleId } | RangeScope

export type RangeScope = {
  /** The time that was asked for: `from` inclusive, `to` exclusive. */
  readonly from: string
  readonly to: string
  /** All events from position `first` to `last` are in the bundle, whatever their time. */
  readonly first: number
  readonly last: number
}

/** The event of a mail about several sales. Its text is left out, because it names the others. */
export type WithheldEvent = {
  readonly position: number
  readonly type: 'MailSent'
  readonly at: string
  readonly about: string
  /** The leaf hash, in hexadecimal: it proves that the event is there, without its text. */
  readonly leaf: string
}

export type EvidenceManifest = {
  readonly format: typeof FORMAT
  readonly origin: string
  readonly scope: EvidenceScope
  readonly events: number
  readonly withheld: readonly WithheldEvent[]
  /** All files but the manifest and its note, with their SHA-256 in hexadecimal. */
  readonly files: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>
  readonly software: string
  readonly madeAt: string
  readonly madeBy: Actor
}

export function proofName(position: number): string {
  return `proofs/${position}.tlog-proof`
}

/** The note over the manifest: without the key of the log no file can be changed unnoticed. */
export function signManifest(signer: Signer, manifest: string): string {
  return signNote(signer, manifestStatement(signer.name, Buffer.from(manifest)))
}

/** The signed text. It begins with the format, so that it is no checkpoint: those begin with the origin. */
export function manifestStatement(origin: string, manifest: Uint8Array): string {
  return `${FORMAT}\n${origin}\n${hexOf(sha256(manifest))}\n`
}
