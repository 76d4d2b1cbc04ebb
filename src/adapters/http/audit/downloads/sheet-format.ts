// Which CSV a request asks for: the one for programs, or one for spreadsheets.

import type { FastifyRequest } from 'fastify'
import { type Html, html } from '../../../../application/evidence/report/html.ts'
import { badParameter, parameter } from '../../request/query.ts'
import { download } from '../frame/download.ts'
import type { PageReader } from '../frame/reader.ts'
import { SHEET_FORMATS, type SheetFormat } from './sheet.ts'

/** The parameters of a route that has both. */
export const SHEET_PARAMETERS = ['for', 'separator'] as const

const FOR_SPREADSHEETS = 'spreadsheet'

type Separator = keyof typeof SHEET_FORMATS

/** Excel opens what has the separator of its language in columns. */
const SEPARATORS = {
  en: ['comma', 'semicolon'],
  tr: ['semicolon', 'comma'],
} as const satisfies Readonly<Record<PageReader['words']['language'], readonly Separator[]>>

/**
 * How a spreadsheet is to be written, by the language where no separator is named; `undefined` for the
 * CSV of programs.
 *
 * @throws {Error} 400.
 */
export function sheetFormatOf(
  request: FastifyRequest,
  { words }: PageReader,
): SheetFormat | undefined {
  const given = parameter(request, 'for')
  const separator = parameter(request, 'separator')
  if (given === undefined) {
    if (separator === undefined) return undefined
    throw badParameter(request, 'separator', `must stand beside for=${FOR_SPREADSHEETS}`)
  }
  if (given !== FOR_SPREADSHEETS) {
    throw badParameter(request, 'for', `must be ${FOR_SPREADSHEETS}, or left out`)
  }
  const names = SEPARATORS[words.language]
  const name = separator === undefined ? names[0] : names.find((one) => one === separator)
  if (name !== undefined) return SHEET_FORMATS[name]
  throw badParameter(request, 'separator', `must be one of ${names.join(', ')}`)
}

/** The buttons of both: the one for programs, then those for spreadsheets, as the language opens them. */
export function csvButtons(url: string, label: string, { words, texts }: PageReader): Html {
  const joint = url.includes('?') ? '&' : '?'
  return html`${download(url, label)}${SEPARATORS[words.language].map((separator) =>
    download(
      `${url}${joint}for=${FOR_SPREADSHEETS}&separator=${separator}`,
      texts.sheet.buttons[separator],
    ),
  )}`
}
