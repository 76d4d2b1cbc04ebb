// The lines of the mails about a sale: what a CRM says stays whole on its line, and begins no other.

import type { CallResult, Outcome } from '../../../domain/sale/outcome.ts'
import type { Sale } from '../../../domain/sale/state.ts'
import type { CreateStep } from '../../../domain/sale/steps.ts'
import { linkLines } from '../../mail/mail-parts.ts'

/** Characters of a reason in a mail. */
const REASON_LENGTH_MAX = 300

/** Bytes of a line in a mail. */
const LINE_BYTES_MAX = 990

/** Bytes of `…`, which ends a line that was cut. */
const ELLIPSIS_BYTES = 3

export type MailDetails = {
  /** What stands behind the `@` of a message id. */
  readonly mailDomain: string
  /** Where people reach the gateway; without it a mail has no link. */
  readonly publicUrl?: string | undefined
  /** Whose request began the sale. */
  readonly client: string
  /** What the CRM calls the modules that hold the records of each step. */
  readonly modules: Readonly<Record<CreateStep, string>>
  /** What the events came of. It holds the organisation's own words; a mail is the only place for them. */
  readonly outcome: Outcome
}

/** Which sale it is, whose, and where to look at it. */
export function saleLines({ saleId }: Sale, { client, publicUrl }: MailDetails): readonly string[] {
  return [`Sale ID: ${saleId}`, `Client: ${client}`, ...linkLines(publicUrl, saleId)]
}

/** The organisation's own words about the call that failed; of two reads, about the refused one. */
export function ownWordsIn(outcome: Outcome): string | undefined {
  const failed = resultsOf(outcome).filter((result) => result.type !== 'done')
  return (failed.find(({ type }) => type === 'refused') ?? failed[0])?.ownWords
}

function resultsOf(outcome: Outcome): readonly CallResult<unknown>[] {
  if (outcome.type === 'termsRead') return [outcome.contact, outcome.products]
  if (outcome.type === 'contactRead') return [outcome.contact]
  return 'result' in outcome ? [outcome.result] : []
}

/** The reason of the CRM in code words, and then in the words of the organisation. */
export function withOwnWords(reason: string, ownWords = ''): string {
  const own = oneLine(ownWords, Number.POSITIVE_INFINITY)
  return own === '' ? oneLine(reason) : `${oneLine(reason)}: ${own}`
}

/**
 * The text as one line: words of the CRM must not begin a line of their own, and SMTP must not cut
 * the line. A mail server may refuse a mail with a control character at every attempt. A character
 * that turns the direction of writing can make a line read as another.
 */
function oneLine(text: string, lengthMax = REASON_LENGTH_MAX): string {
  const line = text.replace(/[\s\p{Cc}\u202a-\u202e\u2066-\u2069]+/gu, ' ').trim()
  return line.slice(0, lengthMax).toWellFormed()
}

/** The beginning of a line that fits into a mail, never half a character. */
export function cutLine(line: string): string {
  const bytes = new TextEncoder().encode(line)
  if (bytes.length <= LINE_BYTES_MAX) return line
  let end = LINE_BYTES_MAX - ELLIPSIS_BYTES
  while (isContinuation(bytes[end])) end -= 1
  return `${new TextDecoder().decode(bytes.subarray(0, end))}…`
}

/** In UTF-8 each byte of a character but its first begins with the bits 10. */
function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && byte >> 6 === 0b10
}
