import type { RangeScope } from '../bundle/bundle-format.ts'
import type { ExportContext } from '../bundle/bundle-parts.ts'
import { html } from './html.ts'
import { FAILED_LISTED_MAX, type RangeTally } from './range-tally.ts'
import { facts, htmlTable, mono, reportPage, utc } from './report-page.ts'

/** The report on a part of the log, to be printed. */
export function rangeReport(context: ExportContext, scope: RangeScope, tally: RangeTally): string {
  const { from, to, first, last } = scope
  const count = (type: string) => String(tally.types.get(type) ?? 0)
  const failed = [...tally.failed.values()]
  const unlisted = (tally.types.get('CompensationRequired') ?? 0) - failed.length
  return reportPage(
    context,
    `Sales log, ${from} to ${to}`,
    html`<p class="verdict"><strong>${tally.events} events</strong>, positions ${first} to ${last}: ${count('SaleRequested')} sales
were asked for, ${count('SaleCompleted')} completed, ${count('CompensationRequired')} failed, ${count('SaleRolledBack')} were rolled back, and a
person was needed for ${count('SaleStuck')}.</p>
<h2>What is in it</h2>
${facts([
  ['Asked for', `from ${utc(from)}, to ${utc(to)}, that instant not included`],
  ['Times found', tally.events === 0 ? 'none' : `${tally.firstAt} to ${tally.lastAt}`],
  ['Sales that began', count('SaleRequested')],
])}
<p class="note">All positions from the first event of that time to the last are in it, so that nothing between can be missing.
Clocks are set now and then: single events between may carry a time outside of it.</p>
<h2>Events by type</h2>
${htmlTable(
  ['Type', 'Events'],
  [...tally.types]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([type, events]) => [type, String(events)]),
)}
<h2>Sales that failed</h2>
${
  failed.length === 0
    ? html`<p>None.</p>`
    : htmlTable(
        ['Failed at', 'Sale', 'Step', 'Why', 'What became of it in this range'],
        failed.map(({ at, saleId, step, reason, end }) => [
          utc(at),
          mono(saleId),
          step,
          reason,
          end,
        ]),
      )
}
${unlisted > 0 && html`<p>${FAILED_LISTED_MAX} are listed; ${unlisted} more are in events.csv.</p>`}`,
  )
}
