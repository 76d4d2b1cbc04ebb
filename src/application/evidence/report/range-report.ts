import type { EpochMs } from '../../../domain/time.ts'
import { nameIn } from '../../log/stored-data.ts'
import { say, Time, timeIn } from '../../words/sentence.ts'
import type { RangeScope } from '../bundle/bundle-format.ts'
import type { ExportContext } from '../bundle/bundle-parts.ts'
import { html } from './html.ts'
import { FAILED_LISTED_MAX, type RangeTally } from './range-tally.ts'
import { reportPage, reportSentence, reportTime } from './report-page.ts'
import { quoted } from './sentence-html.ts'
import { facts, htmlTable, mono } from './table-html.ts'

/** The report on a part of the log, to be printed. */
export function rangeReport(context: ExportContext, scope: RangeScope, tally: RangeTally): string {
  const { reader } = context
  const { words } = reader
  const { range } = words.report
  const { from, to, first, last } = scope
  const count = (type: string) => tally.types.get(type) ?? 0
  const unlisted = count('CompensationRequired') - tally.failed.size
  const times = [from, to].map((at) => new Time(Date.parse(at) as EpochMs)) as [Time, Time]
  const verdict = range.verdict({
    events: tally.events,
    ...{ first, last },
    requested: count('SaleRequested'),
    completed: count('SaleCompleted'),
    failed: count('CompensationRequired'),
    rolledBack: count('SaleRolledBack') - tally.reopened,
    stuck: count('SaleStuck'),
  })
  const found = tally.events === 0 ? say`${range.noTimes}` : range.foundTimes(...timesOf(tally))
  return reportPage(
    context,
    range.title(...(times.map(({ at }) => reportTime(at, reader)) as [string, string])),
    html`<p class="verdict"><strong>${reportSentence(verdict, reader)}</strong></p>
<h2>${range.whatIsInIt}</h2>
${facts([
  [range.askedFor, reportSentence(range.askedTimes(...times), reader)],
  [range.timesFound, reportSentence(found, reader)],
  [range.began, String(count('SaleRequested'))],
])}
<p class="note">${range.note}</p>
<h2>${range.byType}</h2>
${htmlTable(
  [range.type, range.events],
  [...tally.types]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([type, events]) => [
      type === '' ? range.notReadable : quoted(type, words),
      String(events),
    ]),
)}
<h2>${range.failed}</h2>
${failedSales(context, tally)}
${unlisted > 0 && html`<p>${range.unlisted(FAILED_LISTED_MAX, unlisted)}</p>`}`,
  )
}

function timesOf({ firstAt, lastAt }: RangeTally) {
  return [timeIn(firstAt), timeIn(lastAt)] as const
}

function failedSales({ reader }: ExportContext, { failed }: RangeTally) {
  const { words } = reader
  const { range } = words.report
  if (failed.size === 0) return html`<p>${range.none}</p>`
  return htmlTable(
    [range.failedAt, range.sale, range.step, range.why, range.became],
    [...failed.values()].map(({ at, saleId, step, reason, end }) => [
      reportSentence(say`${timeIn(at)}`, reader),
      mono(saleId),
      nameIn(words.failedSteps, step),
      quoted(reason, words),
      range.ends[end],
    ]),
  )
}
