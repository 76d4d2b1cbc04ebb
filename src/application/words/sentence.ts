// Sentences for people: text, and what each reader is shown in an own way: times, quotations, terms.

import type { EpochMs } from '../../domain/time.ts'
import type { Term } from './terms.ts'

/** A time, shown in the reader's zone. */
export class Time {
  readonly at: EpochMs

  constructor(at: EpochMs) {
    this.at = at
  }
}

/** Words of somebody else, such as the CRM's reason: English in every language. */
export class Quotation {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** A word of the glossary, in the form that the sentence needs. */
export class TermWord {
  readonly term: Term
  readonly text: string

  constructor(term: Term, text: string) {
    this.term = term
    this.text = text
  }
}

export type Part = string | Time | Quotation | TermWord

/** A sentence, or a few. Only `say` makes it. */
export class Sentence {
  readonly parts: readonly Part[]

  constructor(parts: readonly Part[]) {
    this.parts = parts
  }
}

/** A template of a sentence. Stored data may be damaged, so any value is taken, and becomes text. */
export function say(texts: TemplateStringsArray, ...values: readonly unknown[]): Sentence {
  const parts: Part[] = []
  for (const [index, text] of texts.entries()) {
    if (text !== '') parts.push(text)
    if (index < values.length) parts.push(...partsOf(values[index]))
  }
  return new Sentence(parts)
}

/** Several sentences with blanks between them. */
export function together(...sentences: readonly (Sentence | undefined)[]): Sentence {
  const said = sentences.filter((one) => one !== undefined)
  return new Sentence(said.flatMap(({ parts }, index) => (index === 0 ? parts : [' ', ...parts])))
}

/** A stored time; text that is no time stays as it is. */
export function timeIn(text: unknown): Time | string {
  const at = Date.parse(String(text))
  return Number.isNaN(at) ? String(text) : new Time(at as EpochMs)
}

export function quote(text: unknown): Quotation {
  return new Quotation(String(text))
}

export function term(name: Term, text: string): TermWord {
  return new TermWord(name, text)
}

/** The sentence as plain text, with its times in UTC. */
export function plainText({ parts }: Sentence): string {
  return parts
    .map((part) => {
      if (typeof part === 'string') return part
      return part instanceof Time ? new Date(part.at).toISOString() : part.text
    })
    .join('')
}

function partsOf(value: unknown): readonly Part[] {
  if (value instanceof Sentence) return value.parts
  const isMark = value instanceof Time || value instanceof Quotation || value instanceof TermWord
  return [isMark ? value : String(value)]
}
