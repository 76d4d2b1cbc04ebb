import type { SaleId } from '../../../domain/ids.ts'
import type { SignedCheckpoint } from '../../../domain/log/checkpoint.ts'
import type { Signer } from '../../../domain/log/signing.ts'
import type { EpochMs } from '../../../domain/time.ts'
import type { Clock } from '../../base/clock.port.ts'
import type { LogTree } from '../../checkpoints/log-tree.port.ts'
import type { SignCheckpoint } from '../../checkpoints/sign-checkpoint.ts'
import type { EventLog } from '../../log/event-log.port.ts'
import type { Actor } from '../../log/event-record.ts'
import type { SaleReader } from '../../log/sale-reader.port.ts'
import type { EvidenceManifest } from './bundle-format.ts'
import type { EvidenceLog } from './evidence-log.port.ts'

/** A file of a bundle. Its text is made while it is read, once, and before the file after it. */
export type BundleFile = { readonly name: string; readonly text: AsyncIterable<string> }

/** What the parts of a bundle are made of; `events` counts those that are in it. */
export type BundleParts = {
  readonly files: AsyncIterable<BundleFile>
  readonly about: () => Pick<EvidenceManifest, 'events' | 'withheld'>
}

/** What was asked for, and what of it is there. */
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
  readonly clock: Clock
  /** Name and version of what makes the bundle. */
  readonly software: string
  /** The text of the verifier that goes with it. */
  readonly verifier: string
}

/** What the parts are made with, when all that is in them is known. */
export type ExportContext = ExportDeps & {
  readonly checkpoint: SignedCheckpoint
  readonly madeAt: string
  readonly madeBy: Actor
}

/** A text that is there at once. */
export async function* once(text: string): AsyncGenerator<string> {
  yield text
}
