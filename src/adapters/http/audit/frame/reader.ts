// Who reads a page: the language and the zone, from the cookies and the headers of the request.

import type { FastifyRequest } from 'fastify'
import type { ApiKey } from '../../../../application/access/key-store.port.ts'
import { type Reader, WORDS } from '../../../../application/words/reader.ts'
import { LANGUAGES, type Language } from '../../../../application/words/words.ts'
import { UTC, type Zone, zoneNamed } from '../../../../application/words/zone.ts'
import { cookieOf } from '../../request/cookies.ts'
import { EN } from '../texts/en.ts'
import type { Texts } from '../texts/texts.ts'
import { TR } from '../texts/tr.ts'
import { pageAt } from './page-address.ts'

export type PageReader = Reader & {
  readonly texts: Texts
  /** The address of this page, to which the switches lead back. */
  readonly address: string
  /** Who has signed in on these pages; not set for a key that comes with each request. */
  readonly signedIn?: Pick<ApiKey, 'client' | 'id'> | undefined
}

export const TEXTS: Readonly<Record<Language, Texts>> = { en: EN, tr: TR }

/** The cookies that remember a choice. They hold nothing about a person. */
export const LANGUAGE_COOKIE = 'audit-language'
export const ZONE_COOKIE = 'audit-zone'

export function readerOf(request: FastifyRequest): PageReader {
  const { headers, caller, bySession } = request
  const language =
    languageNamed(cookieOf(headers.cookie, LANGUAGE_COOKIE)) ??
    preferredLanguage(headers['accept-language'])
  return {
    words: WORDS[language],
    texts: TEXTS[language],
    zone: zoneOf(headers),
    address: addressOf(request),
    signedIn: bySession && caller !== null ? caller : undefined,
  }
}

/** The page that a reader sees: of a form the one to which it leads, or else the one with its button. */
function addressOf({ method, url, headers, body }: FastifyRequest): string {
  if (method !== 'POST') return url
  const to = body instanceof URLSearchParams ? body.get('to') : null
  if (to !== null) return pageAt(to)
  const { pathname, search } = URL.parse(headers.referer ?? '') ?? { pathname: '', search: '' }
  return pageAt(pathname + search)
}

function zoneOf({ cookie }: FastifyRequest['headers']): Zone {
  return zoneNamed(cookieOf(cookie, ZONE_COOKIE) ?? '') ?? UTC
}

export function languageNamed(name: string | undefined): Language | undefined {
  return LANGUAGES.find((language) => language === name)
}

/** The language of ours that `Accept-Language` likes best (RFC 9110, 12.5.4); English where it likes none. */
export function preferredLanguage(header = ''): Language {
  const ranges = header.split(',').map((text) => {
    const [tag = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase())
    const quality = parameters.find((one) => one.startsWith('q='))?.slice(2) ?? '1'
    return { language: tag.split('-')[0], quality: Number(quality) || 0 }
  })
  const qualityOf = (language: Language) =>
    (
      ranges.find((range) => range.language === language) ??
      ranges.find((range) => range.language === '*')
    )?.quality ?? 0
  return LANGUAGES.reduce((best, one) => (qualityOf(one) > qualityOf(best) ? one : best))
}
