// Puts an error of Zoho into words for the log and the mail, without the values that Zoho repeats
// in its messages: they may be a person's, and an event in the log is never deleted.

import { MultipleDetails } from './answer-schemas.ts'
import { type Row, rowOf, textOf } from './rows.ts'

/** Characters of a message of Zoho that are kept. */
const WORDS_MAX = 120

/** Errors inside one error that are read. */
export const NESTED_MAX = 10

const CODE = /^[A-Za-z0-9_.-]{1,60}$/

/** An API name of a field. */
const FIELD = /^[A-Za-z0-9_.$]{1,100}$/

/** Text in quotes or brackets is a value. An apostrophe inside a word is no quote. */
const QUOTED = /"[^"]*"?|<[^>]*>?|`[^`]*`?|(?<!\S)'.*?'(?=[\s.,:;)]|$)/g

/** A lower-case word. The values in Zoho's sentences are names, numbers and addresses. */
const PLAIN_WORD = /^\(?[a-z]+(?:[-/'][a-z]+)*[.,:;!?)]*$/

/** Words that Zoho writes with a capital letter. */
const CAPITALISED: ReadonlySet<string> = new Set(
  (
    'API Access Authentication Authorization COQL CRM HTTP ID INTERNAL Internal Invalid JSON ' +
    'Module Multiple No Not OAuth Permission Please Record SERVER Server Specified The This Too ' +
    'URL Unable Unauthorized User You Your Zoho'
  ).split(' '),
)

const LEFT_OUT = '…'

/** Returns the code, the message and the name of the field, and never a value. */
export function wordsOf(error: Row): string {
  const code = codeOf(error)
  if (code === 'MULTIPLE_OR_MULTI_ERRORS' && MultipleDetails.Check(error['details'])) {
    const nested = error['details'].errors.filter((one) => one['code'] !== code)
    const words = nested.slice(0, NESTED_MAX).map(wordsOf).join('; ')
    return words.slice(0, 2 * WORDS_MAX) || code
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

/** Returns a sentence with `…` in the place of each value. */
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
