// Draws the life of each record of a sale.

import { type Html, html } from '../../../../application/evidence/report/html.ts'
import type { SaleHistory } from '../../../../application/log/sale-reader.port.ts'
import type { SaleTrail, TrailRecord } from '../../../../application/log/sale-trail.ts'
import { durationText, offsetText } from '../../../../application/words/durations.ts'
import type { Term } from '../../../../application/words/terms.ts'
import { CREATE_STEPS } from '../../../../domain/sale/steps.ts'
import type { EpochMs } from '../../../../domain/time.ts'
import type { PageReader } from '../frame/reader.ts'
import { termLink } from '../frame/shown.ts'
import type { LaneTexts } from '../texts/texts.ts'
import { makeScale, type Scale } from './scale.ts'

/** Percent of the width: a shorter bar could not be seen. */
const BAR_WIDTH_MIN = 0.9

type Lane = {
  readonly name: string
  /** The record in the glossary, where the name is read first. */
  readonly term: Term | undefined
  readonly id: string | null
  readonly bars: readonly Bar[]
  readonly marks: readonly EpochMs[]
  /** What the bars say, in words. */
  readonly created: string
  readonly deleted: string
  /** When the sale failed, if it failed here. */
  readonly failedAt: EpochMs | null
  /** Whether its record is still in the CRM, and should not be. */
  readonly isLeft: boolean
}

type Bar = {
  readonly kind: 'read' | 'pending' | 'create' | 'there' | 'delete' | 'unknown'
  readonly from: EpochMs
  readonly to: EpochMs
}

/**
 * A lane for each record, with its create, its life and its delete. The cells beside the drawing
 * say the same in words, for those who cannot see it.
 */
export function lanes(sale: SaleHistory, trail: SaleTrail, end: EpochMs, reader: PageReader): Html {
  const texts = reader.texts.lanes
  const { legend } = texts
  const scale = makeScale([
    sale.requestedAt,
    ...sale.events.map(({ at }) => Date.parse(at) as EpochMs),
    end,
  ])
  return html`<table class="lanes" role="table">
<caption class="sr">${texts.caption}</caption>
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">${texts.record}</th><th role="columnheader" scope="col" class="drawn">${axis(sale, trail, end, scale, reader)}</th><th role="columnheader" scope="col">${texts.created}</th><th role="columnheader" scope="col">${texts.deleted}</th></tr></thead>
<tbody role="rowgroup">
${lanesOf(sale, trail, end, reader).map((lane) => laneRow(lane, scale, texts))}
</tbody>
</table>
<ul class="legend" aria-hidden="true">${LEGEND.map((kind) => html`<li><i class="${kind}"></i>${legend[kind]}</li>`)}<li class="note">${legend.note}</li></ul>`
}

const LEGEND = ['create', 'there', 'delete', 'unknown', 'failed'] as const

function lanesOf(
  sale: SaleHistory,
  trail: SaleTrail,
  end: EpochMs,
  reader: PageReader,
): readonly Lane[] {
  const { words, texts } = reader
  const since = (at: EpochMs) => offsetText(at - sale.requestedAt, words)
  const readUntil = trail.pricedAt ?? trail.failedAt ?? end
  const failure = failureIn(trail, texts.lanes, since)
  const isHere = failure?.place === 'reading'
  const reading: Lane = {
    name: texts.lanes.reading,
    term: undefined,
    id: null,
    bars: [{ kind: 'read', from: sale.requestedAt, to: readUntil }],
    marks: [],
    created:
      trail.pricedAt !== null
        ? texts.lanes.readIn(durationText(readUntil - sale.requestedAt, words))
        : isHere
          ? failure.words
          : texts.lanes.notRead,
    deleted: '',
    failedAt: isHere ? trail.failedAt : null,
    isLeft: false,
  }
  return [
    reading,
    ...CREATE_STEPS.flatMap((step) => stepLanes(step, trail, end, { ...reader, since, failure })),
  ]
}

/** The lane in which the sale failed, and what it says there. */
type LaneFailure = { readonly place: 'reading' | TrailRecord['step']; readonly words: string }

/** No step fails by the deadline or a restart: the sale was broken off in the one that was due. */
function failureIn(
  { failedAt, failedStep, due }: SaleTrail,
  texts: LaneTexts,
  since: (at: EpochMs) => string,
): LaneFailure | undefined {
  if (failedAt === null || failedStep === null) return undefined
  const isBrokenOff = failedStep === 'deadline' || failedStep === 'interrupted'
  const words = (isBrokenOff ? texts.stoppedAt : texts.failedAt)(since(failedAt))
  if (isBrokenOff) return { place: due ?? 'reading', words }
  const isRead = failedStep === 'contact' || failedStep === 'products'
  return { place: isRead ? 'reading' : failedStep, words }
}

function stepLanes(
  step: TrailRecord['step'],
  trail: SaleTrail,
  end: EpochMs,
  reader: LaneReader,
): readonly Lane[] {
  const { words, failure } = reader
  const texts = reader.texts.lanes
  const isHere = failure?.place === step
  const failed = isHere ? [failure.words] : []
  const records = trail.records.filter((record) => record.step === step)
  const open = trail.open.filter((entry) => entry.step === step)
  const marks = trail.looks.filter((look) => look.step === step).map(({ at }) => at)
  const unknown = open.map(({ sentAt, closedAt }): Bar => {
    return { kind: 'unknown', from: sentAt, to: closedAt ?? end }
  })
  if (records.length === 0) {
    const isDue = trail.due === step && trail.failedAt === null
    const waiting = open.some(({ closedAt }) => closedAt === null)
    const notThere = failure === undefined ? texts.notCreated : texts.notReached
    const became = waiting ? texts.notKnown : isDue ? texts.beingCreated : notThere
    const created = isHere ? [...failed, ...(waiting ? [became] : [])].join(', ') : became
    const failedAt = isHere ? trail.failedAt : null
    const sent: readonly Bar[] =
      isDue && trail.dueFrom !== null ? [{ kind: 'pending', from: trail.dueFrom, to: end }] : []
    const bars = [...sent, ...unknown]
    const lane = { id: null, bars, marks, created, deleted: '', failedAt, isLeft: false }
    return [{ name: words.steps[step], term: STEP_TERMS[step], ...lane }]
  }
  return records.map((record, index) => ({
    name: index === 0 ? words.steps[step] : texts.onceMore(words.steps[step]),
    term: index === 0 ? STEP_TERMS[step] : undefined,
    id: record.id,
    bars: [...(index === 0 ? unknown : []), ...recordBars(record, end)],
    marks: index === 0 ? marks : [],
    created: [...(index === 0 ? failed : []), createdWords(record, reader)].join(', '),
    deleted: deletedWords(record, reader),
    failedAt: isHere && index === 0 ? trail.failedAt : null,
    isLeft: record.deletedAt === null && record.deleteFrom !== null,
  }))
}

const STEP_TERMS: Readonly<Record<TrailRecord['step'], Term>> = {
  deal: 'deal',
  quote: 'quote',
  salesOrder: 'sales-order',
}

type LaneReader = PageReader & {
  readonly since: (at: EpochMs) => string
  readonly failure: LaneFailure | undefined
}

function createdWords(
  { sentAt, createdAt }: TrailRecord,
  { words, texts, since }: LaneReader,
): string {
  if (sentAt === null) return texts.lanes.foundAt(since(createdAt))
  return texts.lanes.took(since(createdAt), durationText(createdAt - sentAt, words))
}

function deletedWords(
  { deleteFrom, deletedAt }: TrailRecord,
  { words, texts, since }: LaneReader,
): string {
  if (deletedAt !== null) {
    const tookMs = deletedAt - (deleteFrom ?? deletedAt)
    return texts.lanes.took(since(deletedAt), durationText(tookMs, words))
  }
  return deleteFrom === null ? '' : texts.lanes.stillThere
}

function recordBars(record: TrailRecord, end: EpochMs): readonly Bar[] {
  const { sentAt, createdAt, deleteFrom, deletedAt } = record
  const bars: Bar[] = [{ kind: 'there', from: createdAt, to: deletedAt ?? end }]
  if (sentAt !== null) bars.push({ kind: 'create', from: sentAt, to: createdAt })
  if (deleteFrom !== null) bars.push({ kind: 'delete', from: deleteFrom, to: deletedAt ?? end })
  return bars
}

function laneRow(lane: Lane, scale: Scale, texts: LaneTexts): Html {
  return html`<tr role="row"><th role="rowheader" scope="row">${lane.term === undefined ? lane.name : termLink(lane.term, lane.name)}${
    lane.id !== null && html` <span class="mono">${lane.id}</span>`
  }</th><td role="cell" class="drawn"><svg width="100%" height="24" aria-hidden="true"><rect class="track" x="0" y="11.5" width="100%" height="1"/>${
    lane.failedAt !== null && upright('failed', lane.failedAt, scale)
  }${lane.bars.map((bar) => drawn(bar, scale))}${lane.marks.map(
    (at) => html`<circle class="look" cx="${percent(scale(at))}" cy="12" r="3.5"/>`,
  )}</svg></td><td role="cell" class="words"${lane.id !== null && html` data-label="${texts.created}"`}>${lane.created}</td><td role="cell" class="words${lane.isLeft && ' left'}"${!lane.isLeft && html` data-label="${texts.deleted}"`}>${lane.isLeft ? termLink('leftover', lane.deleted) : lane.deleted}</td></tr>
`
}

function drawn({ kind, from, to }: Bar, scale: Scale): Html {
  const width = Math.max(BAR_WIDTH_MIN, scale(to) - scale(from))
  const x = Math.min(scale(from), 100 - width)
  const [y, height] = kind === 'there' ? [10, 4] : [6, 12]
  return html`<rect class="${kind}" x="${percent(x)}" y="${y}" width="${percent(width)}" height="${height}" rx="2"/>`
}

function upright(kind: string, at: EpochMs, scale: Scale): Html {
  const x = percent(scale(at))
  return html`<line class="${kind}" x1="${x}" x2="${x}" y1="0" y2="24"/>`
}

/** The begin, the end, and the failure where there is room for its label between them. */
function axis(
  sale: SaleHistory,
  trail: SaleTrail,
  end: EpochMs,
  scale: Scale,
  { words, texts }: PageReader,
): Html {
  const since = (at: EpochMs) => `+${durationText(at - sale.requestedAt, words)}`
  const { failedAt } = trail
  const middle = failedAt === null ? 0 : scale(failedAt)
  return html`<span class="sr">${texts.lanes.drawing}</span><svg width="100%" height="18" aria-hidden="true"><text x="0" y="13">0</text>${
    failedAt !== null &&
    middle > FAILED_LABEL_FROM &&
    middle < FAILED_LABEL_TO &&
    html`<text class="failed" x="${percent(middle)}" y="13" text-anchor="middle">${texts.lanes.failedAt(since(failedAt))}</text>`
  }<text x="100%" y="13" text-anchor="end">${since(end)}</text></svg>`
}

/** Percent of the width between which a label in the middle does not touch those at the ends. */
const FAILED_LABEL_FROM = 25
const FAILED_LABEL_TO = 70

function percent(value: number): string {
  return `${Number(value.toFixed(2))}%`
}
