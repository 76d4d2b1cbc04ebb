import { MultipleDetails } from './answer-schemas.ts'
import { type Row, rowOf, textOf } from './rows.ts'

/** Reasons reach the log and the mail: Zoho's own words end after so many characters. */
const WORDS_MAX = 120

/** Errors inside one error that are told. */
const NESTED_MAX = 10

const CODE = /^[A-Za-z0-9_.-]{1,60}$/

/** An API name; no value of a field looks like one by chance. */
const FIELD = /^[A-Za-z0-9_.$]{1,100}$/

/** What stands in quotes or brackets is a value. An apostrophe inside a word is no quote. */
const QUOTED = /"[^"]*"?|<[^>]*>?|`[^`]*`?|(?<!\S)'.*?'(?=[\s.,:;)]|$)/g

/** A word of Zoho's sentences. A value that was put into one is a name, a number or an address. */
const PLAIN_WORD = /^\(?[a-z]+(?:[-/'][a-z]+)*[.,:;!?)]*$/

/** Words that Zoho's sentences write with capitals. */
const CAPITALISED: ReadonlySet<string> = new Set(
  (
    'API Access Authentication Authorization COQL CRM HTTP ID INTERNAL Internal Invalid JSON ' +
    'Module Multiple No Not OAuth Permission Please Record SERVER Server Specified The This Too ' +
    'URL Unable Unauthorized User You Your Zoho'
  ).split(' '),
)

const LEFT_OUT = '…'

/** Code, message and the name of the field: never a value, which might be a person's. */
export function wordsOf(error: Row): string {
  const code = codeOf(error)
  if (code === 'MULTIPLE_OR_MULTI_ERRORS' && MultipleDetails.Check(error['details'])) {
    const nested = error['details'].errors.filter((one) => one['code'] !== code)
    const told = nested.slice(0, NESTED_MAX).map(wordsOf).join('; ')
    return told.slice(0, 2 * WORDS_MAX) || code
  }
  const message = plainWordsOf(textOf(error['message']) ?? 'no message')
  const details = rowOf(error['details'])
  const field = textOf(details?.['api_name']) ?? textOf(details?.['param_name'])
  return field !== null && FIELD.test(field)
    ? `${code}: ${message} (${field})`
    : `${code}: ${message}`
}

function codeOf(error: Row): string {
  const code = textOf(error['code']) ?? ''
  return CODE.test(code) ? code : LEFT_OUT
}

/** A sentence of Zoho's without the values in it: an event is for ever. */
function plainWordsOf(message: string): string {
  const words = message
    .slice(0, WORDS_MAX)
    .replaceAll(QUOTED, LEFT_OUT)
    .split(/\s+/)
    .filter((word) => word !== '')
    .map((word) => (isPlain(word) ? word : LEFT_OUT))
  return words.filter((word, i) => word !== LEFT_OUT || words[i - 1] !== LEFT_OUT).join(' ')
}

function isPlain(word: string): boolean {
  return PLAIN_WORD.test(word) || CAPITALISED.has(word.replace(/[.,:;!?)]+$/, ''))
}
