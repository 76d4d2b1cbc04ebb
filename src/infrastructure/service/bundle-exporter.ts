// Makes the use case that exports bundles, over one store.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Clock } from '../../application/base/clock.port.ts'
import type { SignCheckpoint } from '../../application/checkpoints/sign-checkpoint.ts'
import { type ExportBundle, makeExportBundle } from '../../application/evidence/export-bundle.ts'
import type { Signer } from '../../domain/log/signing.ts'
import { SOFTWARE } from '../system/software.ts'
import type { Store } from './open-store.ts'

/** The verifier. Each bundle holds this file, unchanged. */
export const VERIFIER_FILE = fileURLToPath(new URL('../evidence/verify.mjs', import.meta.url))

/** The use case over one store. `sign` makes the checkpoint to which the proofs of a bundle lead. */
export function exportOf(
  {
    evidence,
    eventLog,
    saleReader,
    tree,
  }: Pick<Store, 'evidence' | 'eventLog' | 'saleReader' | 'tree'>,
  {
    sign: signCheckpoint,
    signer,
    clock,
  }: { readonly sign: SignCheckpoint; readonly signer: Signer; readonly clock: Clock },
): ExportBundle {
  const tools = { signCheckpoint, signer, clock }
  const verifier = readFileSync(VERIFIER_FILE, 'utf8')
  return makeExportBundle({
    evidence,
    eventLog,
    saleReader,
    tree,
    ...tools,
    software: SOFTWARE,
    verifier,
  })
}
