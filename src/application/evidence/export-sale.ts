// The parts of a bundle about one sale.
import type { SaleId } from '../../domain/ids.ts'
import { hexOf, leafHash } from '../../domain/log/hash.ts'
import { formatTlogProof } from '../../domain/log/tlog-proof.ts'
import { makeTreeProofs } from '../checkpoints/tree-proofs.ts'
import type { EventRecord } from '../log/event-record.ts'
import { parseStoredEvent } from '../log/parse-stored-event.ts'
import type { SaleHistory, SaleReader } from '../log/sale-reader.port.ts'
import { CHECKPOINTS, EVENTS, proofName, type WithheldEvent } from './bundle/bundle-format.ts'
import {
  type BundleFile,
  type BundleParts,
  type ExportContext,
  once,
} from './bundle/bundle-parts.ts'
import type { EvidenceLog, StoredEvent } from './bundle/evidence-log.port.ts'
import { EVENTS_CSV_HEAD, eventCsvLine } from './events-csv.ts'
import { readmeText } from './export-readme.ts'
import { saleReport } from './report/sale-report.ts'

/** A sale, its events as they are stored, and the mails that name it. */
export type SaleEvidence = {
  readonly sale: SaleHistory
  /** The events of the sale, and the events of no sale that name it alone, by position. */
  readonly events: readonly StoredEvent[]
  /** Mails that name other sales, too. */
  readonly shared: readonly StoredEvent[]
}

export async function readSale(
  evidence: EvidenceLog,
  saleReader: Pick<SaleReader, 'show'>,
  saleId: SaleId,
): Promise<SaleEvidence | undefined> {
  const sale = await saleReader.show(saleId, undefined)
  if (sale === undefined) return
  const naming = await evidence.naming(saleId)
  const alone = naming.filter((event) => namesOnly(event, saleId))
  // An event that was recorded since `sale` was read would not agree with the report.
  const stored = (await evidence.ofSale(saleId)).slice(0, sale.events.length)
  return {
    sale,
    events: [...stored, ...alone].sort((one, other) => one.position - other.position),
    shared: naming.filter((event) => !alone.includes(event)),
  }
}

function namesOnly({ body }: StoredEvent, saleId: SaleId): boolean {
  const data = parseStoredEvent(body)?.data ?? {}
  const named = data['saleIds'] ?? [data['saleId']]
  return Array.isArray(named) && named.every((other) => other === saleId)
}

export function saleParts(context: ExportContext, evidence: SaleEvidence): BundleParts {
  const withheld = evidence.shared.map((mail) => withheldOf(mail))
  return {
    files: filesOf(context, evidence, withheld),
    about: () => ({ events: evidence.events.length, withheld }),
  }
}

async function* filesOf(
  context: ExportContext,
  { sale, events }: SaleEvidence,
  withheld: readonly WithheldEvent[],
): AsyncGenerator<BundleFile> {
  const { tree, checkpoint, verifier } = context
  const records = events.flatMap(({ body }) => parseStoredEvent(body) ?? [])
  yield { name: EVENTS, text: once(events.map(({ body }) => `${Buffer.from(body)}\n`).join('')) }
  const proofs = makeTreeProofs(tree)
  for (const { position } of [...events, ...withheld]) {
    const hashes = await proofs.inclusion(position - 1, checkpoint.size)
    const proof = formatTlogProof({ index: position - 1, hashes, note: checkpoint.note })
    yield { name: proofName(position), text: once(proof) }
  }
  yield { name: CHECKPOINTS, text: once(checkpoint.note) }
  yield { name: 'report.html', text: once(saleReport(context, sale, records, withheld)) }
  yield { name: 'events.csv', text: once(EVENTS_CSV_HEAD + records.map(eventCsvLine).join('')) }
  yield { name: 'README.txt', text: once(readmeText(context, { sale: sale.saleId })) }
  yield { name: 'verify.mjs', text: once(verifier) }
}

function withheldOf({ position, body }: StoredEvent): WithheldEvent {
  const { at = '', data } = parseStoredEvent(body) ?? ({} as Partial<EventRecord>)
  const about = data?.['about'] === 'stuck' ? 'stuck' : 'failed'
  return { position, type: 'MailSent', at, about, leaf: hexOf(leafHash(body)) }
}
