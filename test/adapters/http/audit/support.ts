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

type Headers = Readonly<Record<string, string>>

/** Asks as a browser does, with these headers and the fields of a form. */
export function asked(
  t: TestService,
  method: 'GET' | 'POST',
  url: string,
  headers: Headers,
  fields: Headers = {},
) {
  const body = {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams(fields).toString(),
  }
  const { payload, headers: ofBody } =
    method === 'POST' ? body : { payload: undefined, headers: {} }
  return t.time.during(
    t.server.inject({
      method,
      url,
      headers: { accept: 'text/html,*/*;q=0.8', ...ofBody, ...headers },
      ...(payload !== undefined && { payload }),
    }),
  )
}

/** Sends a form of a page of ours. */
export function form(t: TestService, url: string, fields: Headers, headers: Headers = {}) {
  return asked(t, 'POST', url, { 'sec-fetch-site': 'same-origin', ...headers }, fields)
}

/** Signs in on the page for that, which leads back to `to`. */
export function signIn(t: TestService, key: string, to = '/audit', headers: Headers = {}) {
  return form(t, '/audit/sign-in', { key, to }, headers)
}

/** The cookie that an answer sets, as the browser sends it. */
export function sessionOf({ headers }: { readonly headers: object }): string {
  const set = (headers as Readonly<Record<string, unknown>>)['set-cookie']
  return String(set).split(';')[0] ?? ''
}

/** Asks for an address as a person who is signed in. */
export function inSession(t: TestService, session: string, url: string) {
  return asked(t, 'GET', url, { cookie: session })
}
