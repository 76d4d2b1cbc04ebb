// Reads the filters of the list from its address, and writes them back into one.

import type { PageAsked, SaleFilter } from '../../../../application/desk/sale-totals.port.ts'
import { PUBLIC_STATUSES } from '../../../../application/log/sale-summary.ts'
import { readTime, type Which, type Zone, zoneNamed } from '../../../../application/words/zone.ts'
import { parseCrmId } from '../../../../domain/ids.ts'
import { FAILED_STEPS } from '../../../../domain/sale/steps.ts'
import type { EpochMs } from '../../../../domain/time.ts'
import type { FilterName, PlaceName } from '../texts/filter-names.ts'
import type { FilterProblems } from '../texts/texts.ts'

/** The text of each filter as it was given; a field left empty is not in it. */
export type GivenFilters = Readonly<Partial<Record<FilterName | PlaceName, string>>>

/** A filter that cannot be used, and why. */
export type FilterProblem = {
  readonly name: FilterName | PlaceName
  readonly why: (texts: FilterProblems) => string
}

export type Filters = {
  readonly given: GivenFilters
  readonly query: SaleFilter
  readonly place: PageAsked
  readonly problems: readonly FilterProblem[]
}

const CLIENT_LENGTH_MAX = 200

/**
 * Reads the query of a form: a `+` is a blank there, and an empty field was not filled in. Times
 * without an offset are in the zone that the address names, or else in that of the reader.
 */
export function readFilters(url: string, readerZone: Zone): Filters {
  const [, text = ''] = url.split(/\?(.*)/s)
  const parameters = new URLSearchParams(text)
  const given: Partial<Record<FilterName | PlaceName, string>> = {}
  const problems: FilterProblem[] = []
  const query: { -readonly [Name in keyof SaleFilter]: SaleFilter[Name] } = {}

  const read = <Value>(
    name: FilterName | PlaceName,
    parse: (text: string) => Value | undefined,
    why: FilterProblem['why'],
  ): Value | undefined => {
    const values = parameters.getAll(name).map((value) => value.trim())
    const [value = ''] = values
    if (value === '') return undefined
    given[name] = value
    const parsed = values.length === 1 ? parse(value) : undefined
    if (parsed === undefined) {
      problems.push({ name, why: values.length === 1 ? why : ({ once }) => once })
    }
    return parsed
  }

  query.status = read('status', oneOf(PUBLIC_STATUSES), (texts) => texts.oneOf(PUBLIC_STATUSES))
  query.failedStep = read('failedStep', oneOf(FAILED_STEPS), (texts) => texts.oneOf(FAILED_STEPS))
  query.client = read('client', clientName, (texts) => texts.tooLong(CLIENT_LENGTH_MAX))
  query.contactId = read('contactId', parseCrmId, (texts) => texts.contactId)
  const zone = read('zone', zoneNamed, (texts) => texts.zone) ?? readerZone
  query.from = read('from', timeIn(zone, 'from'), (texts) => texts.time)
  query.to = read('to', timeIn(zone, 'to'), (texts) => texts.time)
  const after = read('after', placeAfter, (texts) => texts.place)
  const before = read('before', placeBefore, (texts) => texts.place)
  if (after !== undefined && before !== undefined) {
    problems.push({ name: 'before', why: (texts) => texts.onePlace })
  }
  return { given, query, place: after ?? before ?? { at: 'newest' }, problems }
}

/** Of a time that the clocks show twice, the range takes in both. */
export const WHICH: Readonly<Record<'from' | 'to', Which>> = { from: 'first', to: 'last' }

function timeIn(zone: Zone, name: 'from' | 'to') {
  return (text: string): EpochMs | undefined => readTime(zone, text, WHICH[name])
}

/** The address of a list with these filters, and others for some of them. */
export function filterUrl(path: string, given: GivenFilters, changes: GivenFilters = {}): string {
  const query = new URLSearchParams({ ...given, ...changes }).toString()
  return query === '' ? path : `${path}?${query}`
}

function oneOf<Value extends string>(values: readonly Value[]) {
  return (text: string) => values.find((value) => value === text)
}

function clientName(text: string): string | undefined {
  return text.length <= CLIENT_LENGTH_MAX ? text : undefined
}

/** The position of a sale. */
const POSITION = /^[1-9]\d{0,14}$/

function placeAfter(text: string): PageAsked | undefined {
  return POSITION.test(text) ? { at: 'older', than: Number(text) } : undefined
}

/** The oldest sale is before all positions, so that 0 is the last page. */
function placeBefore(text: string): PageAsked | undefined {
  if (text === '0') return { at: 'oldest' }
  return POSITION.test(text) ? { at: 'newer', than: Number(text) } : undefined
}
