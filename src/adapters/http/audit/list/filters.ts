// Reads the filters of the list from its address, and writes them back into one.

import type { SaleQuery } from '../../../../application/log/sale-reader.port.ts'
import { PUBLIC_STATUSES } from '../../../../application/log/sale-summary.ts'
import { parseCrmId, parseSaleId, type SaleId } from '../../../../domain/ids.ts'
import { FAILED_STEPS } from '../../../../domain/sale/steps.ts'
import { type EpochMs, parseInstant } from '../../../../domain/time.ts'

export const FILTER_NAMES = [
  'sale',
  'status',
  'failedStep',
  'client',
  'contactId',
  'from',
  'to',
] as const
export type FilterName = (typeof FILTER_NAMES)[number]

/** The text of each filter as it was given; a field left empty is not in it. */
export type GivenFilters = Readonly<Partial<Record<FilterName | 'after', string>>>

/** A filter that cannot be used, and why. */
export type FilterProblem = { readonly name: FilterName | 'after'; readonly why: string }

export type Filters = {
  readonly given: GivenFilters
  readonly query: Omit<SaleQuery, 'limit'>
  /** The one sale that was asked for. */
  readonly saleId: SaleId | undefined
  readonly problems: readonly FilterProblem[]
}

const CLIENT_LENGTH_MAX = 200

/** What a form field for a time gives: without a zone, which is UTC here. */
const WITHOUT_ZONE = /T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?$/

/** Reads the query of a form: a `+` is a blank there, and an empty field was not filled in. */
export function readFilters(url: string): Filters {
  const [, text = ''] = url.split(/\?(.*)/s)
  const parameters = new URLSearchParams(text)
  const given: Partial<Record<FilterName | 'after', string>> = {}
  const problems: FilterProblem[] = []
  const query: { -readonly [Name in keyof Omit<SaleQuery, 'limit'>]: SaleQuery[Name] } = {}

  const read = <Value>(
    name: FilterName | 'after',
    parse: (text: string) => Value | undefined,
    why: string,
  ): Value | undefined => {
    const values = parameters.getAll(name).map((value) => value.trim())
    const [value = ''] = values
    if (value === '') return undefined
    given[name] = value
    const parsed = values.length === 1 ? parse(value) : undefined
    if (parsed === undefined) {
      problems.push({ name, why: values.length === 1 ? why : 'must be given once' })
    }
    return parsed
  }

  const saleId = read('sale', parseSaleId, 'must be a whole sale id, as in a mail or in Sale-Id')
  query.status = read(
    'status',
    oneOf(PUBLIC_STATUSES),
    `must be one of ${PUBLIC_STATUSES.join(', ')}`,
  )
  query.failedStep = read(
    'failedStep',
    oneOf(FAILED_STEPS),
    `must be one of ${FAILED_STEPS.join(', ')}`,
  )
  query.client = read('client', clientName, `must have at most ${CLIENT_LENGTH_MAX} characters`)
  query.contactId = read('contactId', parseCrmId, 'must be 1 to 20 digits')
  query.from = read('from', parseTime, TIME_WANTED)
  query.to = read('to', parseTime, TIME_WANTED)
  query.after = read('after', cursor, 'must be that of a link to older sales')
  return { given, query, saleId, problems }
}

const TIME_WANTED = 'must be a day or a time in UTC, such as 2026-11-24T10:00'

/** The address of a list with these filters, and others for some of them. */
export function filterUrl(path: string, given: GivenFilters, changes: GivenFilters = {}): string {
  const query = new URLSearchParams({ ...given, ...changes }).toString()
  return query === '' ? path : `${path}?${query}`
}

function parseTime(text: string): EpochMs | undefined {
  return parseInstant(WITHOUT_ZONE.test(text) ? `${text}Z` : text)
}

function oneOf<Value extends string>(values: readonly Value[]) {
  return (text: string) => values.find((value) => value === text)
}

function clientName(text: string): string | undefined {
  return text.length <= CLIENT_LENGTH_MAX ? text : undefined
}

function cursor(text: string): string | undefined {
  return /^[1-9]\d{0,14}$/.test(text) ? text : undefined
}
