import type { SaleId } from '../../domain/ids.ts'
import { type Hash, hexOf, leafHash } from '../../domain/log/hash.ts'
import { AppError } from '../base/errors.ts'
import { EVENTS } from '../evidence/bundle/bundle-format.ts'
import { type EventRecord, toSaleEvent } from '../log/event-record.ts'
import { parseStoredEvent } from '../log/parse-stored-event.ts'
import type { Report } from './finding.ts'
import { along, beginPath, type SalePath, whyIllegal } from './legal-path.ts'
import type { BundleTools } from './verify-bundle.ts'

export type BundleEvent = { readonly position: number; readonly leaf: Hash }

const NEWLINE = 10

/** The last event of a sale that was met; `path` where its first is in the bundle, too. */
type Before = {
  readonly sequence: number
  readonly leaf: string | null
  readonly chained: boolean
  readonly path: SalePath | undefined
}

/** The events of a bundle of one sale, or of a range, which is a part of each of its sales. */
export function verifyBundleEvents(
  bytes: Uint8Array,
  sale: SaleId | undefined,
  { isCanonical }: BundleTools,
  report: Report,
): readonly BundleEvent[] {
  const events: BundleEvent[] = []
  const streams = new Map<SaleId | null, Before>()
  if (bytes.at(-1) !== NEWLINE) report(EVENTS, 'it does not end with a line')
  for (let from = 0, end = 0; from < bytes.length; from = end + 1) {
    end = bytes.indexOf(NEWLINE, from)
    if (end === -1) break
    const body = bytes.subarray(from, end)
    const record = parseStoredEvent(body)
    if (record === undefined || !isCanonical(Buffer.from(body).toString(), record)) {
      report(`line ${events.length + 1}`, 'it is no event in canonical form')
      return []
    }
    const { position } = record
    const leaf = leafHash(body)
    if (!Number.isSafeInteger(position) || position <= (events.at(-1)?.position ?? 0)) {
      report(`position ${position}`, 'it does not follow the one before')
    }
    events.push({ position, leaf })
    if (sale === undefined || record.saleId === sale) take(record, hexOf(leaf))
    else if (!isAbout(record, sale)) report(`position ${position}`, 'it is of another sale')
  }
  return events

  function take(record: EventRecord, leaf: string): void {
    const { saleId, sequence, prev } = record
    const place = `position ${record.position}`
    const isBegin = sale !== undefined || sequence === 1
    const none = { sequence: 0, leaf: null, chained: false, path: undefined }
    const before = streams.get(saleId) ?? (isBegin ? none : undefined)
    if (saleId !== null && before !== undefined && sequence !== before.sequence + 1) {
      report(place, `its sequence is ${sequence}, the one before has ${before.sequence}`)
    }
    const chained = prev !== undefined
    if (before !== undefined && (chained ? prev !== before.leaf : before.chained)) {
      report(place, 'it names another event before it than there is')
    }
    const begun = saleId !== null && sequence === 1 ? beginPath(saleId) : before?.path
    const path = begun && judged(begun, record, place)
    streams.set(saleId, { sequence: sequence ?? 0, leaf, chained, path })
  }

  function judged(path: SalePath, record: EventRecord, place: string): SalePath {
    try {
      const event = toSaleEvent(record)
      const why = whyIllegal(path, event)
      if (why !== undefined) report(place, `${event.type} cannot follow: ${why}`)
      return along(path, event)
    } catch (error) {
      if (!(error instanceof AppError) && !(error instanceof TypeError)) throw error
      report(place, `it cannot be read: ${error.message}`)
      return path
    }
  }
}

/** Whether an event of no sale names this one and no other. */
function isAbout({ saleId, data }: EventRecord, sale: SaleId): boolean {
  const named = data['saleIds'] ?? [data['saleId']]
  const isAlone = Array.isArray(named) && named.length > 0 && named.every((id) => id === sale)
  return saleId === null && isAlone
}
