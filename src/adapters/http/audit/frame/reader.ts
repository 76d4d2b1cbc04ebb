// Who reads a page: the language and the zone, from the cookies and the headers of the request.

import type { FastifyRequest } from 'fastify'
import { type Reader, WORDS } from '../../../../application/words/reader.ts'
import { LANGUAGES, type Language } from '../../../../application/words/words.ts'
import { UTC, type Zone, zoneNamed } from '../../../../application/words/zone.ts'
import { EN } from '../texts/en.ts'
import type { Texts } from '../texts/texts.ts'
import { TR } from '../texts/tr.ts'

export type PageReader = Reader & {
  readonly texts: Texts
  /** The address of this page, to which the switches lead back. */
  readonly address: string
}

export const TEXTS: Readonly<Record<Language, Texts>> = { en: EN, tr: TR }

/** The cookies that remember a choice. They hold nothing about a person. */
export const LANGUAGE_COOKIE = 'audit-language'
export const ZONE_COOKIE = 'audit-zone'

export function readerOf({ headers, url }: Pick<FastifyRequest, 'headers' | 'url'>): PageReader {
  const language =
    languageNamed(cookieOf(headers.cookie, LANGUAGE_COOKIE)) ??
    preferredLanguage(headers['accept-language'])
  return { words: WORDS[language], texts: TEXTS[language], zone: zoneOf(headers), address: url }
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

/** The value of a cookie (RFC 6265); of two with this name the first. */
function cookieOf(header: string | undefined, name: string): string | undefined {
  const pair = header?.split('; ').find((one) => one.startsWith(`${name}=`))
  return pair?.slice(name.length + 1)
}
