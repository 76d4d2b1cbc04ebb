// The parts of a bundle about all events of a time.
import { formatTlogProof } from '../../domain/log/tlog-proof.ts'
import { makeTreeProofs } from '../checkpoints/tree-proofs.ts'
import { parseStoredEvent } from '../log/parse-stored-event.ts'
import { CHECKPOINTS, EVENTS, proofName, type RangeScope } from './bundle/bundle-format.ts'
import {
  type BundleFile,
  type BundleParts,
  type ExportContext,
  once,
} from './bundle/bundle-parts.ts'
import { EVENTS_CSV_HEAD, eventCsvLine } from './events-csv.ts'
import { readmeText } from './export-readme.ts'
import { rangeReport } from './report/range-report.ts'
import { makeRangeTally, type RangeTally } from './report/range-tally.ts'

/** Events, or checkpoints, in one query. A long range needs the memory of one page only. */
const PAGE_MAX = 1_000

export function rangeParts(context: ExportContext, scope: RangeScope): BundleParts {
  const tally = makeRangeTally()
  return {
    files: filesOf(context, scope, tally),
    about: () => ({ events: tally.events, withheld: [] }),
  }
}

async function* filesOf(
  context: ExportContext,
  scope: RangeScope,
  tally: RangeTally,
): AsyncGenerator<BundleFile> {
  const { tree, checkpoint, verifier } = context
  const { first, last } = scope
  yield { name: EVENTS, text: lines() }
  const proofs = makeTreeProofs(tree)
  // The proofs of the first and of the last event prove all events between them, too.
  for (const position of new Set([first, last])) {
    const hashes = await proofs.inclusion(position - 1, checkpoint.size)
    const proof = formatTlogProof({ index: position - 1, hashes, note: checkpoint.note })
    yield { name: proofName(position), text: once(proof) }
  }
  yield { name: CHECKPOINTS, text: notes() }
  yield { name: 'report.html', text: once(rangeReport(context, scope, tally)) }
  yield { name: 'events.csv', text: csvRows() }
  yield { name: 'README.txt', text: once(readmeText(context, scope)) }
  yield { name: 'verify.mjs', text: once(verifier) }

  async function* bodies(): AsyncGenerator<readonly Uint8Array[]> {
    for (let after = first - 1; after < last; ) {
      const page = await tree.leaves(after, Math.min(PAGE_MAX, last - after))
      // A missing event is left out here, and the verifier reports it.
      yield page.flatMap(({ body }) => body ?? [])
      after = page.at(-1)?.position ?? last
    }
  }

  async function* lines(): AsyncGenerator<string> {
    for await (const page of bodies()) {
      for (const body of page) tally.add(parseStoredEvent(body))
      yield page.map((body) => `${Buffer.from(body)}\n`).join('')
    }
  }

  async function* csvRows(): AsyncGenerator<string> {
    yield EVENTS_CSV_HEAD
    for await (const page of bodies()) {
      const records = page.flatMap((body) => parseStoredEvent(body) ?? [])
      yield records.map(eventCsvLine).join('')
    }
  }

  /** The checkpoints within the range, and last the checkpoint to which the proofs lead. */
  async function* notes(): AsyncGenerator<string> {
    const size = { min: first - 1, max: last }
    for (let after = 0, more = true; more; ) {
      const page = await context.evidence.checkpoints(after, size, PAGE_MAX)
      yield page
        .filter(({ number }) => number < checkpoint.number)
        .map(({ note }) => note)
        .join('')
      after = page.at(-1)?.number ?? after
      more = page.length === PAGE_MAX
    }
    yield checkpoint.note
  }
}
