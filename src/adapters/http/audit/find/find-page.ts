// The page of what was found: what each thing is, and where it leads.

import {
  FIND_LENGTH_MAX,
  type Found,
  type FoundSales,
  HITS_MAX,
} from '../../../../application/desk/find-anything.ts'
import { type Html, html } from '../../../../application/evidence/report/html.ts'
import type { EventRecord } from '../../../../application/log/event-record.ts'
import type { PlacedSale } from '../../../../application/log/sale-reader.port.ts'
import { eventWords } from '../../../../application/words/event-words.ts'
import { amountText } from '../../../../application/words/numbers.ts'
import { Time } from '../../../../application/words/sentence.ts'
import type { SaleId } from '../../../../domain/ids.ts'
import type { CreateStep } from '../../../../domain/sale/steps.ts'
import type { EpochMs } from '../../../../domain/time.ts'
import { page } from '../frame/layout.ts'
import type { PageReader } from '../frame/reader.ts'
import { shown, shownAgain, timeTag } from '../frame/shown.ts'
import { statusTag } from '../frame/status.ts'
import { clientUrl, eventUrl, keyUrl, ofUrl, saleUrl } from '../frame/urls.ts'

/** What became of a record in the CRM. */
export type RecordFate = {
  readonly step: CreateStep
  readonly deletedAt: EpochMs | null
  /** Whether the CRM only ever named it. */
  readonly isNamedOnly: boolean
  /** The position of the event with which a person had it deleted. */
  readonly removedBy: number | undefined
}

export type FindResult = {
  readonly text: string
  readonly found: Found
  readonly amounts: ReadonlyMap<SaleId, string>
  /** Of the sales that have the record, where the text is one. */
  readonly fates: ReadonlyMap<SaleId, RecordFate>
  /** What else the request with this id led to. */
  readonly asked: readonly EventRecord[]
}

export function findPage(result: FindResult, reader: PageReader): string {
  const texts = reader.texts.find
  const { text, found } = result
  const groups = [
    ...found.sales.map((group) => saleGroup(group, result, reader)),
    keyGroup(found, reader),
    clientGroup(found, reader),
    askedGroup(result.asked, reader),
  ].filter((group) => group !== undefined)
  const title = text === '' ? texts.title : groups.length > 0 ? texts.found : texts.nothing
  // A text that is too long is not repeated.
  const isTooLong = text.length > FIND_LENGTH_MAX
  return page(
    reader,
    title,
    html`<div class="head"><h1>${title}${text !== '' && !isTooLong && html` <span class="mono">${text}</span>`}</h1></div>
${isTooLong && html`<p class="lead">${texts.tooLong(FIND_LENGTH_MAX)}</p>`}
${groups.length > 0 ? groups : takes(reader)}`,
  )
}

function group(name: string, title: string, content: Html, more: Html | false): Html {
  return html`<section class="hits" aria-labelledby="${name}-title"><h2 id="${name}-title">${title}</h2>${content}${more}</section>
`
}

function saleGroup(
  { by, sales, more }: FoundSales,
  { amounts, fates, text }: FindResult,
  reader: PageReader,
): Html {
  const texts = reader.texts.find
  const hit = (sale: PlacedSale) => {
    const { saleId } = sale
    const fate = by === 'record' ? fates.get(saleId) : undefined
    return html`<li>${statusTag(sale.status, reader)}<a class="mono" href="${saleUrl(saleId)}">${saleId}</a><span class="at">${timeTag(sale.requestedAt, reader)}</span><span class="client">${sale.client}</span><span class="amount">${amountIn(amounts.get(saleId), reader)}</span>${fate && fateLine(fate, text, reader)}</li>
`
  }
  const rest =
    more &&
    html`<p class="more">${texts.more(HITS_MAX)}${by === 'contact' && html` <a href="/audit?contactId=${text}">${texts.inList}</a>`}</p>`
  return group(by, texts.groups[by], html`<ul class="sales">${sales.map(hit)}</ul>`, rest)
}

function amountIn(amount: string | undefined, { words }: PageReader): string {
  return amount === undefined ? '–' : amountText(amount, words)
}

function fateLine(fate: RecordFate, id: string, reader: PageReader): Html {
  const { words } = reader
  const texts = reader.texts.find.record
  const { deletedAt, removedBy } = fate
  const name = html`${words.steps[fate.step]} <span class="mono">${id}</span>`
  if (deletedAt !== null) {
    const when = shown(texts.deleted(new Time(deletedAt)), reader)
    return html`<p class="fate gone">${name}: ${when}</p>`
  }
  if (removedBy !== undefined) {
    const link = html`<a href="${eventUrl(removedBy)}">${texts.toEvent(removedBy)}</a>`
    return html`<p class="fate gone">${name}: ${texts.removed} ${link}</p>`
  }
  return html`<p class="fate">${name}: ${fate.isNamedOnly ? shown(texts.named, reader) : texts.there}</p>`
}

function keyGroup({ key }: Found, { texts }: PageReader): Html | undefined {
  if (key === undefined) return undefined
  const link = html`<a class="mono" href="${keyUrl(key.id)}">${key.id}</a>`
  const items = html`<ul><li>${link}<span class="client">${key.client}</span></li></ul>`
  return group('key', texts.find.key, items, false)
}

function clientGroup({ clients, moreClients }: Found, { texts }: PageReader): Html | undefined {
  if (clients.length === 0) return undefined
  const { sales, events, more } = texts.find
  const items = clients.map(
    (client) =>
      html`<li><span class="client">${client}</span><a href="${clientUrl(client)}">${sales}<span class="sr"> ${client}</span></a><a href="${ofUrl('client', client)}">${events}<span class="sr"> ${client}</span></a></li>
`,
  )
  const rest = moreClients && html`<p class="more">${more(HITS_MAX)}</p>`
  return group('clients', texts.find.clients, html`<ul>${items}</ul>`, rest)
}

function askedGroup(asked: readonly EventRecord[], reader: PageReader): Html | undefined {
  if (asked.length === 0) return undefined
  const { asked: title, record } = reader.texts.find
  const items = asked.map((event) => {
    const said = shownAgain(eventWords(event, reader.words), reader)
    const { position, at } = event
    return html`<li><span>${said}</span><span class="at">${timeTag(Date.parse(at) as EpochMs, reader)}</span><a href="${eventUrl(position)}">${record.toEvent(position)}</a></li>
`
  })
  return group('asked', title, html`<ul>${items}</ul>`, false)
}

/** What the search takes, each with an example. */
function takes(reader: PageReader): Html {
  const { takes: title, examples } = reader.texts.find
  return html`<section aria-labelledby="takes-title"><h2 id="takes-title">${title}</h2><dl class="takes">${examples.map(
    ([what, like]) => html`<div><dt>${shown(what, reader)}</dt><dd class="mono">${like}</dd></div>
`,
  )}</dl></section>`
}
