// Puts an error of Zoho into words for the log and the mail, without the values that Zoho repeats
// in its messages: they may be a person's, and an event in the log is never deleted.

import { codeOf } from './reported-error.ts'
import { type Row, rowOf, textOf } from './rows.ts'

/** Characters of a message of Zoho that are kept. */
const WORDS_MAX = 120

/** Characters of the organisation's own sentences that are kept for the mail. */
const OWN_WORDS_MAX = 500

/** Characters of a reason. */
const REASON_MAX = 500

/** Errors that are put into words; further ones are left out. */
const ERRORS_MAX = 10

/** A code of Zoho. Digits alone are no code: they may be a telephone number. */
const CODE = /^(?=.*[A-Z])[A-Z0-9_]{2,64}$/

/** A code inside a sentence. Capital letters alone may be a name. */
const CODE_IN_SENTENCE = /^(?=.*[A-Z])(?=.*_)[A-Z0-9_]{2,64}$/

/** An API name of a field. */
const FIELD = /^[A-Za-z0-9_.$]{1,100}$/

/** The line of a Quote or a Sales Order, in `$.data[0].Quoted_Items[2].List_Price`; from 0. */
const LINE = /^\$\.data\[0\]\.[A-Za-z0-9_]{1,100}\[([0-9]{1,3})\]/

/**
 * Text in quotes or brackets is a value, up to the end where nothing closes it. An apostrophe inside
 * a word is no quote.
 */
const QUOTED =
  /"[^"]*"?|[“„][^“”]*[“”]?|«[^»]*»?|‘[^’]*’?|<[^>]*>?|`[^`]*`?|(?<!\S)'.*?(?:'(?=[\s.,:;)]|$)|$)/g

/** A lower-case word. The values in Zoho's sentences are names, numbers and addresses. */
const PLAIN_WORD = /^\(?[a-z]+(?:[-/'][a-z]+)*[.,:;!?)]*$/

/** Words that Zoho writes with a capital letter. Any other one is taken for a name, and left out. */
const CAPITALISED: ReadonlySet<string> = new Set(
  (
    'API Access Authentication Authorization COQL CRM HTTP ID INTERNAL Internal Invalid JSON ' +
    'Module Multiple No Not OAuth Permission Please Record SERVER Server Specified The This Too ' +
    'URL Unable Unauthorized User You Your Zoho'
  ).split(' '),
)

const LEFT_OUT = '…'

/** An error in words: `reason` for everybody, and `ownWords` for the mail only. */
export type ErrorWords = { readonly reason: string; readonly ownWords?: string }

/**
 * Returns the code, the message, the name of the field and the number of the line of each error,
 * and never a value. Where this leaves something out, `ownWords` holds the sentences as they came:
 * an organisation writes rules of its own, in its own language, and may name anybody in them.
 */
export function wordsOf(errors: readonly Row[]): ErrorWords {
  const kept = errors.slice(0, ERRORS_MAX)
  const reason = kept.map(reasonOf).join('; ').slice(0, REASON_MAX)
  const sentences = kept.map(sentenceOf).filter((one) => one !== '')
  const isWhole = sentences.every((one) => one === plainWordsOf(one))
  return isWhole ? { reason } : { reason, ownWords: sentences.join('; ').slice(0, OWN_WORDS_MAX) }
}

function reasonOf(error: Row): string {
  const code = CODE.test(codeOf(error)) ? codeOf(error) : LEFT_OUT
  const details = rowOf(error['details'])
  const field = textOf(details?.['api_name']) ?? textOf(details?.['param_name']) ?? ''
  const line = LINE.exec(textOf(details?.['json_path']) ?? '')?.[1]
  const place = [
    ...(FIELD.test(field) ? [field] : []),
    ...(line === undefined ? [] : [`line ${Number(line) + 1}`]),
  ]
  const message = plainWordsOf(sentenceOf(error)) || 'no message'
  return place.length === 0 ? `${code}: ${message}` : `${code}: ${message} (${place.join(', ')})`
}

/** The message on one line: a line of a mail is one fact. */
function sentenceOf(error: Row): string {
  return (textOf(error['message']) ?? '').replaceAll(/[\s\p{Cc}]+/gu, ' ').trim()
}

/** Returns a sentence with `…` in the place of each value. */
function plainWordsOf(message: string): string {
  const kept = message.slice(0, WORDS_MAX)
  // The beginning of an address of e-mail may look like a word.
  const whole = message.length > WORDS_MAX ? kept.replace(/\S*$/, LEFT_OUT) : kept
  const words = whole
    .replaceAll(QUOTED, LEFT_OUT)
    .split(/\s+/)
    .filter((word) => word !== '')
    .map((word) => (isPlain(word) ? word : LEFT_OUT))
  return words.filter((word, i) => word !== LEFT_OUT || words[i - 1] !== LEFT_OUT).join(' ')
}

function isPlain(word: string): boolean {
  const bare = word.replace(/[.,:;!?)]+$/, '')
  return PLAIN_WORD.test(word) || CAPITALISED.has(bare) || CODE_IN_SENTENCE.test(bare)
}
