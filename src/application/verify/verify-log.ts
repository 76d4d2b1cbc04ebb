// Verifies a whole log: events, tree, checkpoints, sales and schema.
import type { SaleId } from '../../domain/ids.ts'
import type { SignedCheckpoint } from '../../domain/log/checkpoint.ts'
import { base64Of, type Hash, hexOf, leafHash } from '../../domain/log/hash.ts'
import type { CheckSignature } from '../../domain/log/signing.ts'
import type { VerifierKey } from '../../domain/log/vkey.ts'
import { AppError } from '../base/errors.ts'
import { belongsToNoSale, type EventRecord, toSaleEvent } from '../log/event-record.ts'
import { parseStoredEvent } from '../log/parse-stored-event.ts'
import { type Report, rangesOf } from './finding.ts'
import type { ArchivedEvent, LogArchive, SchemaEntry } from './log-archive.port.ts'
import { type Anchor, type NewestRead, readClaims } from './verify-checkpoints.ts'
import { isMove, type LogBefore, type Move, makeMovesCheck } from './verify-moves.ts'
import { makeSalesCheck, type SalesCheck } from './verify-sales.ts'
import { compareSchemas } from './verify-schema.ts'
import { makeTreeCheck, type TreeCheck } from './verify-tree.ts'

/**
 * Milliseconds by which an event may be earlier than the one before it. Clocks of several gateways are not quite
 * the same, and one that waits for the log records what was earlier after another's: a statement waits 5 s at most.
 */
export const CLOCKS_APART_MS = 5_000

/** What was verified, whatever was found. */
export type Verified = {
  readonly events: number
  readonly sales: number
  readonly checkpoints: number
  readonly newest: SignedCheckpoint | undefined
  readonly root: Hash
  /** The first position from which each event names the one before; `undefined` where none does. */
  readonly chainedFrom: number | undefined
  /**
   * Events that are earlier than the one before by more than `CLOCKS_APART_MS`. No finding, because clocks are
   * set back.
   */
  readonly timesBack: number
  /** Losses that a person has accepted. No findings, nor is what they explain. */
  readonly accepted: readonly AcceptedLoss[]
  /** Where the log went from one database to another. */
  readonly moves: readonly Move[]
}

/** A loss of the log that a person has accepted. */
export type AcceptedLoss = {
  readonly position: number
  /** Who, when, why, and how many events. */
  readonly text: string
  /** The checkpoint that the log no longer agrees with; sizes and roots as the event has them. */
  readonly size: unknown
  readonly root: unknown
}

export type VerifyDeps = {
  readonly archive: LogArchive
  readonly expectedSchema: readonly SchemaEntry[]
  readonly file: NewestRead | undefined
  readonly anchors: readonly Anchor[]
  readonly keys: readonly VerifierKey[]
  readonly checkSignature: CheckSignature
  /** Whether `text`, from which `value` was parsed, is its one canonical form (RFC 8785). */
  readonly isCanonical: (text: string, value: unknown) => boolean
}

/** Reads the whole log, and reports all that is wrong with it, in the order in which it is met. */
export async function verifyLog(deps: VerifyDeps, report: Report): Promise<Verified> {
  const { archive } = deps
  compareSchemas(deps.expectedSchema, await archive.schema(), report)
  const claims = await readClaims({ ...deps, checkpoints: archive.checkpoints() }, report)
  const tree = makeTreeCheck(archive, report)
  const sales = makeSalesCheck(archive, report)
  const records = makeRecordsCheck(deps, sales, report)
  const compareRoot = () => claims.compare(tree.size, tree.root)
  let events = 0

  compareRoot()
  for await (const page of archive.events()) {
    for (const event of page) {
      events += 1
      if (tree.size + 1 !== event.position) {
        await fillGap(tree, event.position, report, compareRoot)
      }
      if (!tree.isRead()) await tree.read()
      const leaf = leafHash(event.body)
      const before = isMove(event.type) ? { size: tree.size, root: tree.root() } : undefined
      tree.add(leaf)
      compareRoot()
      if (sales.hasRested(event.saleId)) await sales.compareRested()
      records.take(event, leaf, before)
    }
    await sales.compareRested()
  }
  await tree.end()
  const seen = records.seen()
  claims.end(tree.size, ({ size, root }) =>
    seen.accepted.some((loss) => loss.size === size && loss.root === base64Of(root)),
  )
  await sales.end()
  const { listed: checkpoints, newest } = claims
  if (events > 0 && newest === undefined) report('checkpoints', 'there is none over these events')
  return { events, sales: sales.count, checkpoints, newest, root: tree.root(), ...seen }
}

/** Puts the stored leaves of missing events into the tree, so that one gap is one finding. */
async function fillGap(
  tree: TreeCheck,
  position: number,
  report: Report,
  compareRoot: () => void,
): Promise<void> {
  const missing: number[] = []
  for (let isStored = true; isStored && tree.size + 1 < position; ) {
    await tree.read()
    isStored = tree.addStored()
    if (!isStored) continue
    missing.push(tree.size)
    compareRoot()
  }
  for (const range of rangesOf(missing)) report(`position ${range}`, 'not there')
  if (tree.size + 1 !== position) {
    report(`position ${position}`, `it follows position ${tree.size}`)
  }
}

function makeRecordsCheck(
  { isCanonical }: Pick<VerifyDeps, 'isCanonical'>,
  sales: SalesCheck,
  report: Report,
) {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  /** The leaf of the last event of each sale, and of the last event of no sale (`null`). */
  const leaves = new Map<string | null, string>()
  let chainedFrom: number | undefined
  let timesBack = 0
  let lastAt = Number.NEGATIVE_INFINITY
  const accepted: AcceptedLoss[] = []
  const moves = makeMovesCheck(report)

  return {
    seen: () => ({ chainedFrom, timesBack, accepted, moves: moves.moves() }),

    take(row: ArchivedEvent, leaf: Hash, logBefore: LogBefore | undefined): void {
      const place = `position ${row.position}`
      const before = leaves.get(row.saleId)
      leaves.set(row.saleId, hexOf(leaf))
      const text = decoder.decode(row.body)
      const record = parseStoredEvent(text)
      if (record === undefined) {
        report(place, 'its body is no event')
        return
      }
      if (!isCanonical(text, record)) report(place, 'its body is not in canonical form')
      const { position, saleId, sequence, type } = record
      const agrees =
        position === row.position &&
        saleId === row.saleId &&
        sequence === row.sequence &&
        type === row.type
      if (!agrees) report(place, 'its body and its columns say different things')
      checkChain(place, row.position, record.prev, before)
      const at = Date.parse(record.at)
      if (at < lastAt - CLOCKS_APART_MS) timesBack += 1
      lastAt = at
      checkEvent(place, row, record)
      moves.take(record, logBefore)
    },
  }

  function checkChain(
    place: string,
    position: number,
    prev: EventRecord['prev'],
    before: string | undefined,
  ): void {
    if (prev === undefined) {
      if (chainedFrom !== undefined) report(place, 'it does not name the event before it')
      return
    }
    chainedFrom ??= position
    if (prev !== (before ?? null)) report(place, 'it names another event before it than there is')
  }

  function checkEvent(place: string, row: ArchivedEvent, record: EventRecord): void {
    if (row.saleId === null) {
      if (!belongsToNoSale(record.type)) report(place, `${record.type} is no type of event`)
      if (record.type === 'LogLossAccepted') accepted.push(lossOf(record))
      return
    }
    try {
      const event = toSaleEvent(record)
      const { client } = record.actor as { readonly client?: string }
      const { position, sequence } = row
      sales.take(row.saleId as SaleId, { position, sequence: sequence ?? 0 }, client, event)
    } catch (error) {
      if (!(error instanceof AppError) && !(error instanceof TypeError)) throw error
      report(place, `it cannot be read: ${error.message}`)
    }
  }
}

function lossOf({ position, data, actor, at }: EventRecord): AcceptedLoss {
  const { checkpointSize, checkpointRoot, seenSize, seenRoot, logSize, logRoot, reason } = data
  const seen = seenSize === undefined ? '' : `, the gateway had seen ${seenSize} (root ${seenRoot})`
  const who = JSON.stringify(actor)
  const text = [
    `a loss of the log was accepted at ${at} by ${who}: the newest checkpoint was over`,
    `${checkpointSize} events (root ${checkpointRoot})${seen}, ${logSize} were there (root ${logRoot}).`,
    `Reason: ${JSON.stringify(reason)}`,
  ].join(' ')
  return { position, text, size: checkpointSize, root: checkpointRoot }
}
