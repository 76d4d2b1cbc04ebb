// The page of the checkpoints: the key of the log, what to keep outside, what to compare with, and all of them.

import type { CheckpointPlace } from '../../../../application/desk/events-beside.port.ts'
import type {
  CheckpointStanding,
  ListedCheckpoint,
} from '../../../../application/desk/list-checkpoints.ts'
import { type Html, html } from '../../../../application/evidence/report/html.ts'
import { htmlTable, mono } from '../../../../application/evidence/report/table-html.ts'
import type { SignedCheckpoint } from '../../../../domain/log/checkpoint.ts'
import { base64Of } from '../../../../domain/log/hash.ts'
import { fingerprintOf, parseVkey } from '../../../../domain/log/vkey.ts'
import type { Form } from '../fields/form.ts'
import { pageLinks } from '../fields/page-places.ts'
import { type Period, periodFields, problemNotice } from '../fields/period.ts'
import { page } from '../frame/layout.ts'
import { type MarkKind, mark } from '../frame/marks.ts'
import type { PageReader } from '../frame/reader.ts'
import { english, shown, timeTag } from '../frame/shown.ts'
import { CHECKPOINTS, EVENTS, formUrl, placeText } from '../frame/urls.ts'
import type { CheckpointColumn } from '../texts/desk/checkpoint-texts.ts'

export type CheckpointFilters = {
  readonly form: Form<'from' | 'to' | 'zone' | 'after' | 'before'>
  readonly period: Period
}

/** What signs the checkpoints, and the newest of them. */
export type LogKey = { readonly vkey: string; readonly newest: SignedCheckpoint | undefined }

export type CheckpointsFound = {
  /** Newest first. */
  readonly checkpoints: readonly ListedCheckpoint[]
  readonly newer: CheckpointPlace | undefined
  readonly older: CheckpointPlace | undefined
}

/** `found` is `undefined` where a filter cannot be used. */
export function checkpointsPage(
  filters: CheckpointFilters,
  log: LogKey,
  found: CheckpointsFound | undefined,
  reader: PageReader,
): string {
  const texts = reader.texts.checkpoints
  return page(
    reader,
    texts.title,
    html`<div class="head"><h1>${texts.title}</h1></div>
<p class="lead">${shown(texts.lead, reader)}</p>
${problemNotice(filters.form.problems, reader)}
<div class="parts">${keySection(log, reader)}
${keepSection(log, reader)}
${compareSection(log, reader)}
<section aria-labelledby="list-title"><h2 id="list-title">${texts.list}</h2>
${filterForm(filters, reader)}
${found !== undefined && results(filters, found, reader)}</section></div>`,
  )
}

/** Text to be copied as it is: selected whole by a click, and by a button where there is a script. */
function copyBlock(id: string, label: Html | string, text: string, { texts }: PageReader): Html {
  return html`<div class="copy"><p class="meta" id="${id}-label">${label}</p><button class="quiet" type="button" data-copy="${id}" data-copied="${texts.frame.copied}" aria-describedby="${id}-label" hidden>${texts.frame.copy}</button><pre id="${id}" lang="en" tabindex="0" role="group" aria-labelledby="${id}-label">${text}</pre></div>`
}

function keySection({ vkey }: LogKey, reader: PageReader): Html {
  const { title, fingerprint, vkey: label, why } = reader.texts.checkpoints.key
  const key = parseVkey(vkey)
  return html`<section aria-labelledby="key-title"><h2 id="key-title">${title}</h2>
${key !== undefined && copyBlock('fingerprint', shown(fingerprint, reader), fingerprintOf(key), reader)}
${copyBlock('vkey', label, vkey, reader)}
<p class="lead">${shown(why, reader)}</p></section>`
}

function keepSection({ newest }: LogKey, reader: PageReader): Html {
  const { title, why, line, note, none } = reader.texts.checkpoints.newest
  const content =
    newest === undefined
      ? html`<p class="empty">${none}</p>`
      : html`<p class="lead">${why}</p>
${copyBlock('newest', line, lineOf(newest), reader)}
${copyBlock('note', note, newest.note, reader)}`
  return html`<section aria-labelledby="keep-title"><h2 id="keep-title">${title}</h2>
${content}</section>`
}

/** A checkpoint in one line that means the same in every language. */
function lineOf({ origin, number, at, size, root }: SignedCheckpoint): string {
  return `${origin} checkpoint ${number} ${new Date(at).toISOString()} size ${size} root ${base64Of(root)}`
}

function compareSection({ vkey }: LogKey, reader: PageReader): Html {
  const { title, ways, otherwise, losses } = reader.texts.checkpoints.compare
  return html`<section aria-labelledby="compare-title"><h2 id="compare-title">${title}</h2>
<ul class="ways">${ways(vkey).map(
    ([what, command]) =>
      html`<li><p>${shown(what, reader)}</p>${command !== undefined && html`<pre lang="en" tabindex="0">${command}</pre>`}</li>
`,
  )}</ul>
<p class="lead">${otherwise} <a href="${formUrl(EVENTS, { group: 'losses' })}">${losses}</a></p></section>`
}

function givenOf({ form }: CheckpointFilters): Readonly<Record<string, string>> {
  const { after: _, before: __, ...given } = form.given
  return given
}

function filterForm(filters: CheckpointFilters, reader: PageReader): Html {
  const { texts } = reader
  const { zone: _, ...others } = givenOf(filters)
  const isIdle = Object.keys(others).length === 0
  return html`<details class="filters" id="filters" open${isIdle && html` data-idle`}><summary>${texts.filters.summary}</summary><form method="get" action="${CHECKPOINTS}" aria-label="${texts.checkpoints.form}">
${periodFields(filters.form, filters.period, reader)}
<div class="submit"><button type="submit">${texts.filters.show}</button>${
    !isIdle && html`<a href="${CHECKPOINTS}">${texts.filters.clear}</a>`
  }</div>
</form></details>`
}

const COLUMNS = [
  'standing',
  'number',
  'time',
  'size',
  'root',
  'signer',
] as const satisfies readonly CheckpointColumn[]

function results(
  filters: CheckpointFilters,
  { checkpoints, newer, older }: CheckpointsFound,
  reader: PageReader,
): Html {
  const texts = reader.texts.checkpoints
  const place = (one: CheckpointPlace | undefined) =>
    one && placeText(new Date(one.at).toISOString(), one.number)
  const ends = { newer: place(newer), older: place(older) }
  const links = pageLinks(CHECKPOINTS, givenOf(filters), ends, reader)
  if (checkpoints.length === 0) return html`<p class="empty">${texts.none}</p>${links}`
  const head = COLUMNS.map((column) =>
    column === 'size' ? { number: texts.columns[column] } : texts.columns[column],
  )
  const rows = checkpoints.map((one) => {
    const cells = cellsOf(one, reader)
    return COLUMNS.map((column) => cells[column])
  })
  return html`${htmlTable(head, rows)}${links}`
}

const MARKS: Readonly<Record<CheckpointStanding, MarkKind>> = {
  holds: 'whole',
  otherKey: 'waiting',
  otherLog: 'wrong',
  unreadable: 'wrong',
}

function cellsOf(
  { number, at, size, stated, signers, standing }: ListedCheckpoint,
  reader: PageReader,
): Readonly<Record<CheckpointColumn, Html | string>> {
  const texts = reader.texts.checkpoints
  const kind = MARKS[standing]
  const by = signers.map(({ name, keyId }) => `${name}+${keyId}`).join(', ')
  return {
    standing: html`<span class="checked ${kind}">${mark(kind)}${texts.standings[standing]}</span>`,
    number: html`<span id="checkpoint-${number}">${number}</span>`,
    time: timeTag(at, reader),
    size: String(size),
    root: stated === undefined ? texts.unreadable : mono(base64Of(stated.root)),
    signer: english(by, reader),
  }
}
