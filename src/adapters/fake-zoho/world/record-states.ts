// What people and workflows have done with single records: hidden, waiting for approval, locked.
/** What keeps a record from a read or from a delete. It keeps its unique values in any state. */
export type RecordState =
  | { readonly type: 'plain' }
  /** Left out of every read. Its delete is refused NO_PERMISSION unless `isDeletable` is true. */
  | {
      readonly type: 'hidden'
      /** Milliseconds until it is seen; without it, never. */
      readonly forMs?: number | undefined
      readonly isDeletable?: boolean | undefined
    }
  /** Waits for a person to approve it: left out of every read, its delete refused NOT_APPROVED. */
  | { readonly type: 'pending' }
  /** Seen, and its delete is refused RECORD_LOCKED. */
  | { readonly type: 'locked' }

export interface RecordStates {
  /** The state of a live or a future record; `plain` where none was set or its time is over. */
  of(id: string): RecordState
  set(id: string, state: RecordState): void
  /** Whether reads leave the record out now. */
  isHidden(id: string): boolean
  clear(): void
}

export function makeRecordStates(now: () => number): RecordStates {
  const states = new Map<string, { readonly state: RecordState; readonly untilMs: number }>()
  const PLAIN: RecordState = { type: 'plain' }

  function of(id: string): RecordState {
    const kept = states.get(id)
    return kept !== undefined && now() < kept.untilMs ? kept.state : PLAIN
  }

  return {
    of,
    set(id, state) {
      if (state.type === 'plain') {
        states.delete(id)
        return
      }
      const forMs = state.type === 'hidden' ? state.forMs : undefined
      states.set(id, { state, untilMs: now() + (forMs ?? Number.POSITIVE_INFINITY) })
    },
    isHidden(id) {
      const { type } = of(id)
      return type === 'hidden' || type === 'pending'
    },
    clear: () => states.clear(),
  }
}
