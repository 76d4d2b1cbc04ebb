// Where the pages of a long list begin and end, as their addresses say it.

import { type Html, html } from '../../../../application/evidence/report/html.ts'
import type { PageReader } from '../frame/reader.ts'
import { formUrl } from '../frame/urls.ts'
import type { Form } from './form.ts'

/** A place in a list that goes by time: a time in ISO 8601, empty for what cannot be read, and a number. */
export type Place = { readonly at: string; readonly number: number }

/** Where a page begins: at an end of the list, or at the place of what is not on it. */
export type PlacedAt =
  | { readonly at: 'newest' | 'oldest' }
  | { readonly at: 'older' | 'newer'; readonly than: Place }

const PLACE_TEXT = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)?_(\d{1,15})$/

/** Stands for the place before all others, in `before`. */
const BEFORE_ALL = '0'

function placeIn(text: string): Place | undefined {
  const [whole, at = '', number] = PLACE_TEXT.exec(text) ?? []
  if (whole === undefined || (at !== '' && Number.isNaN(Date.parse(at)))) return undefined
  return { at, number: Number(number) }
}

/** Reads `after` and `before`; without them, the page is the newest. */
export function readPlace(form: Form<'after' | 'before'>): PlacedAt {
  const after = form.read('after', placeIn, (texts) => texts.place)
  const before = form.read(
    'before',
    (text) => (text === BEFORE_ALL ? 'all' : placeIn(text)),
    (texts) => texts.place,
  )
  if (after !== undefined && before !== undefined) {
    form.refuse('before', (texts) => texts.onePlace)
  }
  if (after !== undefined) return { at: 'older', than: after }
  if (before === undefined) return { at: 'newest' }
  return before === 'all' ? { at: 'oldest' } : { at: 'newer', than: before }
}

/** The links to the pages beside this one, and to both ends. `given` has no place. */
export function pageLinks(
  path: string,
  given: Readonly<Record<string, string>>,
  { newer, older }: { readonly newer: string | undefined; readonly older: string | undefined },
  { texts }: PageReader,
): Html {
  const names = texts.list
  const link = (name: string, place: Readonly<Record<string, string>>, rel = '') =>
    html`<a class="button"${rel !== '' && html` rel="${rel}"`} href="${formUrl(path, { ...given, ...place })}">${name}</a>`
  return html`<nav class="paging" aria-label="${names.pages}">${
    newer !== undefined && [link(names.newest, {}), link(names.newer, { before: newer }, 'prev')]
  }${
    older !== undefined && [
      link(names.older, { after: older }, 'next'),
      link(names.oldest, { before: BEFORE_ALL }),
    ]
  }</nav>`
}
