/** One record or row as JSON brought it. Nothing in it is believed before it is looked at. */
export type Row = Readonly<Record<string, unknown>>

export function rowOf(value: unknown): Row | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Row)
    : undefined
}

/** The text, or `null` for one that is empty or no text: Zoho writes both for "nothing". */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}
