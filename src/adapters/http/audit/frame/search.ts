// The search field in the header of every page.

import { FIND_LENGTH_MAX } from '../../../../application/desk/find-anything.ts'
import { type Html, html } from '../../../../application/evidence/report/html.ts'
import type { PageReader } from './reader.ts'
import { FIND, formQuery } from './urls.ts'

const LENS = html`<svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true"><path d="M7 2a5 5 0 1 0 .01 0zM10.7 10.7 14 14"/></svg>`

/** A field that takes whatever somebody holds; on the page of what was found, with that text. */
export function searchForm({ texts, address }: PageReader): Html {
  const { label, placeholder } = texts.find
  const text = address.startsWith(FIND) ? formQuery(address).get('q') : undefined
  const value = text?.slice(0, FIND_LENGTH_MAX)
  return html`<form class="find" role="search" aria-label="${label}" method="get" action="${FIND}"><input type="search" name="q" value="${value}" maxlength="${FIND_LENGTH_MAX}" placeholder="${placeholder}" aria-label="${placeholder}" autocomplete="off" spellcheck="false" required><button type="submit" aria-label="${label}">${LENS}</button></form>`
}
