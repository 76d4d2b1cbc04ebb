// The style, the script and the icon that the pages load; the page of the API loads them, too.

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** A file that the pages load. Its address has its hash, so that a browser may keep it for ever. */
export type Asset = {
  readonly path: string
  readonly url: string
  readonly type: string
  readonly body: string
}

export const STYLE = asset('style.css', 'text/css; charset=utf-8', [
  'base.css',
  'header.css',
  'status.css',
  'filters.css',
  'totals.css',
  'period.css',
  'list.css',
  'desk.css',
  'cards.css',
  'sale.css',
  'lanes.css',
  'events.css',
  'docs.css',
  'sign-in.css',
  'print.css',
])
export const SCRIPT = asset('page.js', 'text/javascript; charset=utf-8', ['page.js'])
export const ICON = asset('icon.svg', 'image/svg+xml', ['icon.svg'])

export const ASSETS: readonly Asset[] = [STYLE, SCRIPT, ICON]

function asset(name: string, type: string, files: readonly string[]): Asset {
  const body = files
    .map((file) => readFileSync(new URL(`../files/${file}`, import.meta.url), 'utf8'))
    .join('\n')
  const digest = createHash('sha256').update(body).digest('hex').slice(0, 16)
  return { path: `/${name}`, url: `/audit/${name}?v=${digest}`, type, body }
}
