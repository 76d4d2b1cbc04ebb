import type { EventRecord } from './event-record.ts'

/** What the stored text of an event holds, as far as it is looked at; `undefined` where it is none. */
export function parseStoredEvent(text: string): EventRecord | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return undefined
    const { type, at, data, actor } = value as Partial<EventRecord>
    const isRecord =
      typeof type === 'string' &&
      typeof at === 'string' &&
      typeof data === 'object' &&
      typeof actor === 'object' &&
      data !== null &&
      actor !== null
    // The rest is compared with the columns, which are as they should be or a finding.
    return isRecord ? (value as EventRecord) : undefined
  } catch {
    return undefined
  }
}

export function parseEventBytes(body: Uint8Array): EventRecord | undefined {
  return parseStoredEvent(Buffer.from(body).toString())
}
