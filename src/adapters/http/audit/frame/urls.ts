// The addresses of the auditor's pages.

import type { SaleId } from '../../../../domain/ids.ts'
import { type EpochMs, plusMs } from '../../../../domain/time.ts'

export const FIND = '/audit/find'
export const EVENTS = '/audit/events'
export const CHECKPOINTS = '/audit/checkpoints'

export function saleUrl(saleId: SaleId): string {
  return `/audit/sales/${saleId}`
}

/** The sales of a client. */
export function clientUrl(client: string): string {
  return formUrl('/audit', { client })
}

export function keyUrl(keyId: string): string {
  return `/audit/keys/${encodeURIComponent(keyId)}`
}

/** The event at this position: on the page of its sale, or among those beside it. */
export function eventUrl(position: number): string {
  return `${EVENTS}/${position}`
}

/** Whose events a page lists. */
export const EVENTS_OF = ['key', 'client', 'operator'] as const

/** The events of no sale that somebody caused, or that are about them. */
export function ofUrl(of: (typeof EVENTS_OF)[number], who: string): string {
  return formUrl(EVENTS, { of, who })
}

/** Sales or events from one time to another, both included; without an end, until now. */
export function periodUrl(path: string, from: EpochMs, last?: EpochMs): string {
  const fields = { from: new Date(from).toISOString() }
  // The end of a period is not in it.
  const to = last === undefined ? {} : { to: new Date(plusMs(last, 1)).toISOString() }
  return formUrl(path, { ...fields, ...to })
}

/** The checkpoint of this number and time, among those beside it. */
export function checkpointUrl({
  number,
  at,
}: {
  readonly number: number
  readonly at: EpochMs
}): string {
  const after = placeText(new Date(at).toISOString(), number + 1)
  return `${formUrl(CHECKPOINTS, { after })}#checkpoint-${number}`
}

/** A place between two pages, as `page-places.ts` reads it: a time, empty in what cannot be read, and a number. */
export function placeText(at: string, number: number): string {
  return `${at}_${number}`
}

/** The query of an address as a form sends it: a `+` is a blank there. */
export function formQuery(url: string): URLSearchParams {
  const [, text = ''] = url.split(/\?(.*)/s)
  return new URLSearchParams(text)
}

/** The address of a page with these fields. */
export function formUrl(path: string, fields: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams(fields).toString()
  return query === '' ? path : `${path}?${query}`
}
