import type { EventRecord } from './event-record.ts'

/**
 * The event that a stored body holds; `undefined` where the body is no event. Position, sale,
 * sequence and type are not checked here: the caller compares them with the columns of the row.
 */
export function parseStoredEvent(body: string | Uint8Array): EventRecord | undefined {
  try {
    const text = typeof body === 'string' ? body : Buffer.from(body).toString()
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
    return isRecord ? (value as EventRecord) : undefined
  } catch {
    return undefined
  }
}
