// The calls that create, delete and find the records of a sale in Zoho.

import type { Clock } from '../../../application/base/clock.port.ts'
import type { Crm, Priority } from '../../../application/crm/crm.port.ts'
import type { CrmId } from '../../../domain/ids.ts'
import type { CallResult } from '../../../domain/sale/outcome.ts'
import type { CreateStep } from '../../../domain/sale/steps.ts'
import { readAs, resultOf } from '../answers/call-results.ts'
import { idsOf, type Row } from '../answers/rows.ts'
import { literal, queryRequest, select } from '../call/coql.ts'
import { RECORD_MODULES } from '../call/record-modules.ts'
import type { ZohoCall } from '../call/zoho-call.ts'
import type { ZohoConfig } from '../exchange/zoho-config.ts'
import { recordBody } from './sale-records.ts'

export function makeRecordCalls(deps: {
  readonly config: Pick<ZohoConfig, 'referenceField' | 'terms'>
  readonly call: ZohoCall
  readonly clock: Clock
}): Pick<Crm, 'createRecord' | 'deleteRecord' | 'findByReference'> {
  const { call, clock } = deps
  const { referenceField, terms } = deps.config

  return {
    async createRecord(record, withinMs) {
      const until = clock.now() + withinMs
      const path = `/crm/v8/${RECORD_MODULES[record.step]}`
      const body = recordBody(record, referenceField, terms)
      const request = { kind: 'create', method: 'POST', path, body, priority: 'forward' } as const
      const answer = await call(request, withinMs)
      if (answer.type === 'written') return { type: 'done', value: answer.id }
      if (answer.type !== 'duplicate') return resultOf(answer)
      return adopt(record.step, answer.id, record.reference, until - clock.now())
    },

    async deleteRecord(step, id, { withinMs, priority }) {
      const until = clock.now() + withinMs
      const path = `/crm/v8/${RECORD_MODULES[step]}/${id}`
      const answer = await call({ kind: 'delete', method: 'DELETE', path, priority }, withinMs)
      if (answer.type === 'written') return { type: 'done', value: undefined }
      if (answer.type !== 'notDeleted') return resultOf(answer)
      const read = await readRecord(step, id, priority, until - clock.now())
      if (read.type !== 'done') return read
      return read.value === null
        ? { type: 'done', value: undefined, answer: `${answer.reason}, and it is not there` }
        : { type: 'refused', reason: answer.reason }
    },

    async findByReference(step, reference, { withinMs, priority }) {
      const where = `${referenceField} = ${literal(reference)}`
      const lookUp = select({ columns: ['id', referenceField], from: RECORD_MODULES[step], where })
      const answer = await call(queryRequest(lookUp, priority), withinMs)
      // A row without the field is a record whose field the token's user may not see. It may be
      // ours, so the answer is not "none".
      return readAs(answer, (rows) =>
        rows.every((row) => typeof row[referenceField] === 'string')
          ? idsOf(rows.filter((row) => row[referenceField] === reference))
          : undefined,
      )
    },
  }

  /**
   * Returns the id of a record that an earlier attempt of the same create made. It is `unknown`
   * until a read shows the record, live, with our reference.
   */
  async function adopt(
    step: CreateStep,
    id: CrmId,
    reference: string,
    withinMs: number,
  ): Promise<CallResult<CrmId>> {
    const read = await readRecord(step, id, 'forward', withinMs)
    if (read.type === 'done' && read.value?.[referenceField] === reference) {
      return { type: 'done', value: id, answer: 'an earlier attempt had made it' }
    }
    const reason = `a record with this reference exists (${id}), and was not seen`
    return { type: 'unknown', reason, fault: 'wrongAnswer' }
  }

  /** Reads the id and the reference of one record; `null` when there is none with this id. */
  async function readRecord(
    step: CreateStep,
    id: CrmId,
    priority: Priority,
    withinMs: number,
  ): Promise<CallResult<Row | null>> {
    const path = `/crm/v8/${RECORD_MODULES[step]}/${id}?fields=${referenceField}`
    const answer = await call({ kind: 'readOne', method: 'GET', path, priority }, withinMs)
    return readAs(answer, (rows) =>
      rows.length === 0 ? null : rows.find((row) => row['id'] === id),
    )
  }
}
