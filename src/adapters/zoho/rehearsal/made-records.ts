// The records that a rehearsal makes, and their removal, whatever has happened meanwhile.

import type { Timer } from '../../../application/base/clock.port.ts'
import { literal, select } from '../call/coql.ts'
import { createdId, type Heard, idsIn, type RawCalls } from './raw-calls.ts'
import { sendDelete, whyLeft } from './remove-record.ts'

/** A record that could not be removed, or a create nobody knows the end of. */
export type LeftRecord = {
  readonly module: string
  /** `null` where only its reference is known. */
  readonly id: string | null
  readonly reference: string
  readonly why: string
}

export interface MadeRecords {
  /** Makes a record. It is written down before it is sent, so that it is removed in any case. */
  create(record: NewTrialRecord): Promise<Heard>
  /** Writes down a record that another call is to make. */
  expect(module: string, reference: string): void
  /** Deletes one record. */
  remove(module: string, id: string): Promise<Heard>
  /** The ids of the records with this reference, by a query. */
  find(module: string, reference: string): Promise<readonly string[]>
  /** Records that a create without an answer has been looked for long enough. */
  settle(reference: string): void
  /** Removes all that was made, the latest first. Never throws. */
  removeAll(): Promise<readonly LeftRecord[]>
}

export type NewTrialRecord = {
  readonly module: string
  readonly reference: string
  readonly body: string
  readonly cutAfterMs?: number
}

type Made = {
  readonly module: string
  readonly reference: string
  readonly ids: Set<string>
  /** Creates whose end nobody knows: their records may yet turn up. */
  open: number
}

export function makeMadeRecords(deps: {
  readonly send: RawCalls
  readonly clock: Timer
  readonly referenceField: string
}): MadeRecords {
  const { send, referenceField } = deps
  const made: Made[] = []

  function madeOf(module: string, reference: string): Made {
    const known = made.find((one) => one.module === module && one.reference === reference)
    if (known !== undefined) return known
    const added = { module, reference, ids: new Set<string>(), open: 0 }
    made.push(added)
    return added
  }

  async function find(module: string, reference: string): Promise<readonly string[]> {
    const where = `${referenceField} = ${literal(reference)}`
    const query = select({ columns: ['id', referenceField], from: module, where })
    const body = JSON.stringify({ select_query: query })
    return idsIn((await send({ method: 'POST', path: '/crm/v8/coql', body })).reply)
  }

  return {
    find,
    remove: (module, id) => sendDelete(send, module, id),

    expect(module, reference) {
      madeOf(module, reference).open += 1
    },

    async create({ module, reference, body, cutAfterMs }) {
      const one = madeOf(module, reference)
      one.open += 1
      const path = `/crm/v8/${module}`
      const cut = cutAfterMs === undefined ? {} : { cutAfterMs }
      const heard = await send({ method: 'POST', path, body, ...cut })
      const id = createdId(heard.reply)
      if (id !== undefined) one.ids.add(id)
      if (heard.reply.type === 'answered' || heard.reply.failure.type === 'unreachable')
        one.open -= 1
      return heard
    },

    settle(reference) {
      for (const one of made) if (one.reference === reference) one.open = 0
    },

    async removeAll() {
      const left: LeftRecord[] = []
      for (const one of made.toReversed()) left.push(...(await removeOne(one)))
      return left
    },
  }

  async function removeOne(one: Made): Promise<readonly LeftRecord[]> {
    const { module, reference, ids, open } = one
    const found = await find(module, reference).catch(() => [])
    for (const id of found) ids.add(id)
    const left: LeftRecord[] = []
    for (const id of ids) {
      const why = await whyLeft(deps, module, id)
      if (why !== undefined) left.push({ module, id, reference, why })
    }
    if (open > 0 && ids.size === 0) {
      left.push({
        module,
        id: null,
        reference,
        why: 'its create had no answer: it may yet turn up',
      })
    }
    return left
  }
}
