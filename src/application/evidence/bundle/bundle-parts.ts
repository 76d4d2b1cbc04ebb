// What a bundle is made of, and what is needed to make it.
import type { SaleId } from '../../../domain/ids.ts'
import type { SignedCheckpoint } from '../../../domain/log/checkpoint.ts'
import type { Signer } from '../../../domain/log/signing.ts'
import type { EpochMs } from '../../../domain/time.ts'
import type { WallClock } from '../../base/clock.port.ts'
import type { LogTree } from '../../checkpoints/log-tree.port.ts'
import type { SignCheckpoint } from '../../checkpoints/sign-checkpoint.ts'
import type { EventLog } from '../../log/event-log.port.ts'
import type { Actor } from '../../log/event-record.ts'
import type { SaleReader } from '../../log/sale-reader.port.ts'
import type { Reader } from '../../words/reader.ts'
import type { EvidenceManifest } from './bundle-format.ts'
import type { EvidenceLog } from './evidence-log.port.ts'

/** A file of a bundle. Its text is made while it is read: once, and to its end before the next file. */
export type BundleFile = { readonly name: string; readonly text: AsyncIterable<string> }

/** The files of a bundle but its manifest. `about` is called when all files were read. */
export type BundleParts = {
  readonly files: AsyncIterable<BundleFile>
  readonly about: () => Pick<EvidenceManifest, 'events' | 'withheld'>
}

/** What an auditor asks for: one sale, or all events of a time (`from` inclusive, `to` exclusive). */
export type AskedEvidence =
  | { readonly sale: SaleId }
  | { readonly from: EpochMs; readonly to: EpochMs }

export type ExportDeps = {
  readonly evidence: EvidenceLog
  readonly eventLog: Pick<EventLog, 'record'>
  readonly saleReader: Pick<SaleReader, 'show'>
  readonly tree: LogTree
  readonly signCheckpoint: SignCheckpoint
  readonly signer: Signer
  readonly clock: WallClock
  /** Name and version of what makes the bundle. */
  readonly software: string
  /** The text of the verifier, which is a file of every bundle. */
  readonly verifier: string
}

/** The same with the checkpoint of this export, to which all proofs lead. */
export type ExportContext = ExportDeps & {
  readonly checkpoint: SignedCheckpoint
  readonly madeAt: string
  readonly madeBy: Actor
  /** Who reads the report. */
  readonly reader: Reader
}

/** A text as one part. */
export async function* once(text: string): AsyncGenerator<string> {
  yield text
}
