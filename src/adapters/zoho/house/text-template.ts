// Texts of records with placeholders for what differs from sale to sale.

/** Placeholders for the names of people and companies; these are cut where a text is too long. */
const NAME_PLACEHOLDERS = ['accountName', 'contactName', 'client'] as const

/** `shortId` is the end of the sale id; `date` is the UTC day of the request. */
const PLACEHOLDERS = ['saleId', 'shortId', 'date', ...NAME_PLACEHOLDERS] as const
export type Placeholder = (typeof PLACEHOLDERS)[number]

/** What each placeholder stands for in one sale. */
export type TextValues = Readonly<Record<Placeholder, string>>

/** The parts of a text, in order. */
export type TextTemplate = readonly (string | { readonly placeholder: Placeholder })[]

export type ParsedTemplate =
  | { readonly ok: true; readonly template: TextTemplate }
  /** What is wrong, and how to mend it; one line for each mistake. */
  | { readonly ok: false; readonly problems: readonly string[] }

const KNOWN = PLACEHOLDERS.map((name) => `{${name}}`).join(' ')

/** A doubled brace, a placeholder, or a brace that opens nothing. */
const OPENING = /\{\{|\{([^{}]*)\}|\{/

/** Reads `{{` as a brace. A closing brace alone stands for itself. */
export function parseTemplate(text: string): ParsedTemplate {
  const parts: (string | { readonly placeholder: Placeholder })[] = []
  const problems: string[] = []
  let rest = text
  for (let found = OPENING.exec(rest); found !== null; found = OPENING.exec(rest)) {
    const [opening, name] = found
    const placeholder = PLACEHOLDERS.find((known) => known === name)
    parts.push(rest.slice(0, found.index))
    if (opening === '{{') parts.push('{')
    else if (placeholder !== undefined) parts.push({ placeholder })
    else if (name === undefined) problems.push(`{ has no }; write {{ for a brace`)
    else problems.push(`{${name}} is no placeholder; known are ${KNOWN}; write {{ for a brace`)
    rest = rest.slice(found.index + opening.length)
  }
  if (problems.length > 0) return { ok: false, problems }
  return { ok: true, template: [...parts, rest].filter((part) => part !== '') }
}

/** The text of a template without placeholders; `undefined` for one that has some. */
export function fixedText(template: TextTemplate): string | undefined {
  return template.every((part) => typeof part === 'string') ? template.join('') : undefined
}

export function placeholdersOf(template: TextTemplate): readonly Placeholder[] {
  return template.flatMap((part) => (typeof part === 'string' ? [] : [part.placeholder]))
}

/**
 * Fills the template in. A text that is too long loses the ends of its names first, because what
 * tells one sale from another stands behind them.
 *
 * @param lengthMax UTF-16 units, so that it holds however the CRM counts characters
 */
export function fillTemplate(
  template: TextTemplate,
  values: TextValues,
  lengthMax: number,
): string {
  const whole = joined(template, values).trim()
  if (whole.length <= lengthMax) return whole
  const names = placeholdersOf(template).filter(isName).length
  const room = Math.floor((lengthMax - lengthWithoutNames(template, values)) / Math.max(1, names))
  const shorter = withNames(values, (name) => cut(name, Math.max(0, room)))
  return cut(joined(template, shorter).trim(), lengthMax)
}

/** Characters that the text has whatever the names are. */
export function lengthWithoutNames(template: TextTemplate, values: TextValues): number {
  const nameless = withNames(values, () => '')
  return joined(template, nameless).length
}

function joined(template: TextTemplate, values: TextValues): string {
  return template
    .map((part) => (typeof part === 'string' ? part : values[part.placeholder]))
    .join('')
}

function isName(placeholder: Placeholder): boolean {
  return NAME_PLACEHOLDERS.some((name) => name === placeholder)
}

function withNames(values: TextValues, change: (name: string) => string): TextValues {
  const { accountName, contactName, client } = values
  return {
    ...values,
    accountName: change(accountName),
    contactName: change(contactName),
    client: change(client),
  }
}

/** The first `length` units of the text, without half of a surrogate pair at the end. */
function cut(text: string, length: number): string {
  return text
    .slice(0, length)
    .replace(/[\uD800-\uDBFF]$/, '')
    .trimEnd()
}
