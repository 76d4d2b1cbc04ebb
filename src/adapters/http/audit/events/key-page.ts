// The page of an API key: who made it, what it may do, what became of it, and what it did.

import { stateOf } from '../../../../application/access/key-state.ts'
import type { ApiKey } from '../../../../application/access/key-store.port.ts'
import {
  KEY_SALES_LOOKED_AT_MAX,
  type SalesOfKey,
} from '../../../../application/desk/sales-of-key.ts'
import { type Html, html } from '../../../../application/evidence/report/html.ts'
import { actorWords } from '../../../../application/words/event-words.ts'
import { countText } from '../../../../application/words/numbers.ts'
import type { SaleId } from '../../../../domain/ids.ts'
import type { EpochMs } from '../../../../domain/time.ts'
import { page } from '../frame/layout.ts'
import type { PageReader } from '../frame/reader.ts'
import { english, termLink, timeTag } from '../frame/shown.ts'
import { clientUrl, ofUrl } from '../frame/urls.ts'
import { salesTable } from '../list/sales-table.ts'
import { eventItems, type ShownEvents } from './event-item.ts'

/** The events with which a key was made, rotated and revoked, newest first. */
export type KeyHistory = ShownEvents

export function keyPage(
  key: ApiKey,
  {
    history,
    asked,
    amounts,
    now,
  }: {
    readonly history: KeyHistory
    readonly asked: SalesOfKey
    readonly amounts: ReadonlyMap<SaleId, string>
    readonly now: EpochMs
  },
  reader: PageReader,
): string {
  const texts = reader.texts.keys
  const { id, client } = key
  return page(
    reader,
    texts.title(id),
    html`<div class="head"><h1>${texts.heading} <span class="mono">${id}</span></h1></div>
<div class="parts">${facts(key, history, now, reader)}
<div class="actions"><a class="button" href="${ofUrl('key', id)}">${texts.events}</a><a class="button" href="${clientUrl(client)}">${texts.sales}</a><a class="button" href="${ofUrl('client', client)}">${texts.clientEvents}</a></div>
<section aria-labelledby="history-title"><h2 id="history-title">${texts.history}</h2>${
      history.events.length === 0
        ? html`<p class="empty">${texts.noHistory}</p>`
        : eventItems(history, reader)
    }</section>
<section aria-labelledby="asked-title"><h2 id="asked-title">${texts.asked}</h2>${salesAsked(asked, amounts, reader)}</section></div>`,
  )
}

/** The newest sales that were asked for with the key, how many there are, and whether all were looked at. */
function salesAsked(
  { sales, count, isWhole }: SalesOfKey,
  amounts: ReadonlyMap<SaleId, string>,
  reader: PageReader,
): Html {
  const texts = reader.texts.keys
  const [shown, all, lookedAt] = [sales.length, count, KEY_SALES_LOOKED_AT_MAX].map((number) =>
    countText(number, reader.words),
  ) as [string, string, string]
  return html`<p class="${count === 0 ? 'empty' : 'meta'}">${count === 0 ? texts.noneAsked : texts.askedCount(shown, all)}${
    !isWhole && ` ${texts.lookedAt(lookedAt)}`
  }</p>${count > 0 && salesTable(sales, amounts, texts.asked, reader)}`
}

function facts(key: ApiKey, { events }: KeyHistory, now: EpochMs, reader: PageReader): Html {
  const texts = reader.texts.keys
  const time = (at: EpochMs | null, otherwise: string) =>
    at === null ? otherwise : timeTag(at, reader)
  const by = (type: string) => {
    const record = events.find((event) => event.type === type)?.record
    return record === undefined ? texts.notInLog : actorWords(record.actor, reader.words)
  }
  const fact = (name: Html | string, value: Html | string) =>
    html`<div><dt>${name}</dt><dd>${value}</dd></div>
`
  const hasSuccessor = events.some(
    ({ type, record }) => type === 'ApiKeyRotated' && record?.data['keyId'] === key.id,
  )
  return html`<dl class="facts">
${fact(texts.state, texts.states[stateOf(key, now)])}
${fact(termLink('client', texts.client), key.client)}
${fact(texts.scopes, key.scopes.length === 0 ? texts.noScope : english(key.scopes.join(', '), reader))}
${fact(texts.made, timeTag(key.createdAt, reader))}
${fact(texts.madeBy, by('ApiKeyCreated'))}
${fact(texts.lastUsed, time(key.lastUsedAt, texts.neverUsed))}
${fact(texts.expires, time(key.expiresAt, texts.never))}
${hasSuccessor && fact(texts.rotatedBy, by('ApiKeyRotated'))}
${key.revokedAt !== null && fact(texts.revoked, timeTag(key.revokedAt, reader))}
${key.revokedAt !== null && fact(texts.revokedBy, by('ApiKeyRevoked'))}
</dl>`
}
