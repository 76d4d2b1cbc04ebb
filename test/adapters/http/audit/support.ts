import { Buffer } from 'node:buffer'
import type { TestService } from '../../../support/gateway/test-service.ts'

/** Asks for a page as a browser does that knows the key. */
export function open(
  t: TestService,
  key: string,
  url: string,
  headers: Readonly<Record<string, string>> = {},
) {
  return t.server.inject({
    method: 'GET',
    url,
    headers: { accept: 'text/html,*/*;q=0.8', authorization: basic('auditor', key), ...headers },
  })
}

export function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

/** The text of a page as a reader sees it. */
export function textOf(page: string): string {
  const body = page.slice(page.indexOf('<main'), page.indexOf('</main>'))
  return body
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ')
}

/** The report out of a bundle as it is downloaded. */
export function reportIn(tar: string): string {
  const begin = tar.indexOf('<!doctype html>')
  return tar.slice(begin, tar.indexOf('</html>', begin) + '</html>'.length)
}
