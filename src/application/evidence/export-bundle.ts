// Exports a bundle of evidence, about one sale or about a part of the log.
import { startSha256 } from '../../domain/log/hash.ts'
import type { Actor } from '../log/event-record.ts'
import type { AuditExported } from '../log/service-events.ts'
import { PLAIN_READER, type Reader } from '../words/reader.ts'
import {
  type EvidenceManifest,
  type EvidenceScope,
  FORMAT,
  MANIFEST,
  MANIFEST_NOTE,
  signManifest,
} from './bundle/bundle-format.ts'
import {
  type AskedEvidence,
  type BundleFile,
  type BundleParts,
  type ExportContext,
  type ExportDeps,
  once,
} from './bundle/bundle-parts.ts'
import { rangeParts } from './export-range.ts'
import { readSale, saleParts } from './export-sale.ts'

/**
 * Returns the files of a bundle; `undefined` when there is no such sale, or no event in that time. The
 * export is recorded, and a checkpoint signed over that record, before the first file is made. The
 * report is in the language and the zone of the reader, or in English and UTC.
 *
 * @throws {AppError} `refused` when no checkpoint can be signed; `unavailable` or `lost`
 */
export type ExportBundle = (
  asked: AskedEvidence,
  by: Actor,
  reader?: Reader,
) => Promise<AsyncIterable<BundleFile> | undefined>

export function makeExportBundle(deps: ExportDeps): ExportBundle {
  const { evidence, eventLog, saleReader, signCheckpoint, clock } = deps

  return async (asked, by, reader = PLAIN_READER) => {
    if ('sale' in asked) {
      const sale = await readSale(evidence, saleReader, asked.sale)
      if (sale === undefined) return
      const scope = { sale: asked.sale }
      const about = { what: 'sale', saleId: asked.sale, events: sale.events.length } as const
      const context = { ...(await record(about, by)), reader }
      return withManifest(context, scope, saleParts(context, sale))
    }
    const span = await evidence.span(asked.from, asked.to)
    if (span === undefined) return
    const { first, last } = span
    const [from, to] = [asked.from, asked.to].map((at) => new Date(at).toISOString())
    if (from === undefined || to === undefined) return
    const scope = { from, to, first, last }
    const about = { what: 'range', ...scope, events: last - first + 1 } as const
    const context = { ...(await record(about, by)), reader }
    return withManifest(context, scope, rangeParts(context, scope))
  }

  async function record(
    data: AuditExported['data'],
    by: Actor,
  ): Promise<Omit<ExportContext, 'reader'>> {
    const at = clock.now()
    await eventLog.record({ type: 'AuditExported', at, data }, by)
    const checkpoint = await signCheckpoint('asked')
    return { ...deps, checkpoint, madeAt: new Date(at).toISOString(), madeBy: by }
  }
}

/** The files, each counted and hashed while it is read, and after them the manifest with its note. */
async function* withManifest(
  context: ExportContext,
  scope: EvidenceScope,
  { files, about }: BundleParts,
): AsyncGenerator<BundleFile> {
  const { signer, software, madeAt, madeBy } = context
  const seen: Record<string, { readonly bytes: number; readonly sha256: string }> = {}
  for await (const { name, text } of files) {
    yield { name, text: counted(name, text) }
    if (!Object.hasOwn(seen, name)) throw new Error(`${name} was not read to its end`)
  }
  const origin = signer.name
  const made = { software, madeAt, madeBy }
  const manifest: EvidenceManifest = {
    format: FORMAT,
    origin,
    scope,
    ...about(),
    files: seen,
    ...made,
  }
  const text = `${JSON.stringify(manifest, null, 2)}\n`
  yield { name: MANIFEST, text: once(text) }
  yield { name: MANIFEST_NOTE, text: once(signManifest(signer, text)) }

  async function* counted(name: string, text: AsyncIterable<string>): AsyncGenerator<string> {
    const digest = startSha256()
    let bytes = 0
    for await (const part of text) {
      const encoded = Buffer.from(part)
      bytes += encoded.length
      digest.add(encoded)
      yield part
    }
    seen[name] = { bytes, sha256: digest.hex() }
  }
}
