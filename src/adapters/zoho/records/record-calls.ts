// The calls that create, delete and find the records of a sale in Zoho.

import type { Timer } from '../../../application/base/clock.port.ts'
import type { CallOptions, Crm, NewRecord } from '../../../application/crm/crm.port.ts'
import type { CrmId } from '../../../domain/ids.ts'
import type { CallResult } from '../../../domain/sale/outcome.ts'
import type { CreateStep } from '../../../domain/sale/steps.ts'
import { later, msBetween } from '../../../domain/time.ts'
import {
  done,
  hiddenField,
  readAs,
  resultOf,
  usable,
  wrongAnswer,
} from '../answers/call-results.ts'
import type { ClassifiedAnswer } from '../answers/classify-answer.ts'
import type { ErrorWords } from '../answers/error-words.ts'
import { idsOf, isMasked, type Row, textOf } from '../answers/rows.ts'
import { literal, queryRequest, select } from '../call/coql.ts'
import { RECORD_MODULES } from '../call/record-modules.ts'
import type { ZohoCall } from '../call/zoho-call.ts'
import type { ZohoConfig } from '../exchange/zoho-config.ts'
import type { FieldLengths } from '../house/field-lengths.ts'
import { recordBody } from './sale-records.ts'

export function makeRecordCalls(deps: {
  readonly config: Pick<ZohoConfig, 'referenceField' | 'recordSettings'>
  readonly call: ZohoCall
  readonly clock: Timer
  readonly lengths: FieldLengths
}): Pick<Crm, 'createRecord' | 'deleteRecord' | 'findByReference'> {
  const { call, clock, lengths } = deps
  const { referenceField, recordSettings } = deps.config

  return {
    async createRecord(record, withinMs) {
      const until = later(clock.instant(), withinMs)
      const path = `/crm/v8/${RECORD_MODULES[record.step]}`
      const body = recordBody(record, referenceField, recordSettings, lengths.of(record.names))
      const request = { kind: 'create', method: 'POST', path, body, priority: 'forward' } as const
      const answer = await call(request, withinMs)
      if (answer.type === 'written') return done(answer.id)
      if (answer.type !== 'named') return resultOf(answer)
      return adopt(record, answer, msBetween(clock.instant(), until))
    },

    async deleteRecord(step, id, { withinMs, priority, isSeen }) {
      const until = later(clock.instant(), withinMs)
      const path = `/crm/v8/${RECORD_MODULES[step]}/${id}`
      const answer = await call({ kind: 'delete', method: 'DELETE', path, priority }, withinMs)
      if (answer.type === 'written' && answer.id === id) return done(undefined)
      if (answer.type !== 'oneRead' && answer.type !== 'written') return resultOf(answer)
      const words = answer.type === 'oneRead' ? answer.words : { reason: SUCCESS_ELSEWHERE }
      const leftMs = msBetween(clock.instant(), until)
      const read = await readRecord(step, id, { priority, withinMs: leftMs })
      return decidedByRead(words, read, isSeen)
    },

    async findByReference(step, reference, { withinMs, priority }) {
      const where = `${referenceField} = ${literal(reference)}`
      const lookUp = select({ columns: ['id', referenceField], from: RECORD_MODULES[step], where })
      const answer = await call(queryRequest(lookUp, priority), withinMs)
      // A row whose field the token's user may not see may be ours, so the answer is not "none".
      return readAs(answer, (rows) => {
        const texts = rows.map((row) => textOf(row[referenceField]))
        if (texts.some((text) => text === null || isMasked(text))) {
          return wrongAnswer(hiddenField(referenceField, RECORD_MODULES[step]))
        }
        return usable(idsOf(rows.filter((row) => row[referenceField] === reference)))
      })
    },
  }

  /**
   * Returns the id of a record that an earlier attempt of the same create made. It is `unknown`
   * until a read shows the record, live, with our reference. The result names the record unless a
   * read shows that it is somebody else's.
   */
  async function adopt(
    { step, reference }: NewRecord,
    named: ClassifiedAnswer & { readonly type: 'named' },
    withinMs: number,
  ): Promise<CallResult<CrmId>> {
    const { id, module } = named
    const read = await readRecord(step, id, { priority: 'forward', withinMs })
    const shown = read.type === 'done' ? textOf(read.value?.[referenceField]) : null
    if (shown === reference) {
      return { type: 'done', value: id, answer: 'an earlier attempt had made it' }
    }
    const mayBeOurs = shown === null || isMasked(shown)
    const isOfStep = module === null || module === RECORD_MODULES[step]
    return {
      type: 'unknown',
      fault: 'wrongAnswer',
      reason: `a record with this reference exists (${id}), and was not seen: ${named.words.reason}`,
      ...(mayBeOurs && isOfStep ? { namedId: id } : {}),
    }
  }

  /**
   * Reads the id and the reference of one record; `null` when there is none with this id. Zoho answers
   * 204 then. A page of a proxy with 404 proves nothing, so a query is asked after it.
   */
  async function readRecord(
    step: CreateStep,
    id: CrmId,
    { priority, withinMs }: CallOptions,
  ): Promise<CallResult<Row | null>> {
    const until = later(clock.instant(), withinMs)
    const module = RECORD_MODULES[step]
    const path = `/crm/v8/${module}/${id}?fields=${referenceField}`
    let answer = await call({ kind: 'readOne', method: 'GET', path, priority }, withinMs)
    const where = `id = ${literal(id)}`
    const query = select({ columns: ['id', referenceField], from: module, where })
    if (answer.type === 'rows' && answer.isDoubtful === true) {
      answer = await call(queryRequest(query, priority), msBetween(clock.instant(), until))
    }
    return readAs(answer, (rows) =>
      rows.length === 0 ? done(null) : usable(rows.find((row) => row['id'] === id)),
    )
  }
}

const SUCCESS_ELSEWHERE = 'a success that names another record'

/**
 * What a delete that was refused, or answered oddly, has come to. A record that a read shows is
 * still there. One that no read shows is gone if it was seen before; a record that was only ever
 * named may be there all the same, hidden or waiting for approval.
 */
function decidedByRead(
  { reason, ...own }: ErrorWords,
  read: CallResult<Row | null>,
  isSeen: boolean,
): CallResult<void> {
  if (read.type !== 'done') {
    return { ...read, ...own, reason: `${reason}; and it could not be read: ${read.reason}` }
  }
  if (read.value !== null) return { type: 'refused', reason, ...own }
  return isSeen
    ? { type: 'done', value: undefined, answer: `${reason}, and it is not there` }
    : { type: 'refused', reason: `${reason}; and no read shows it`, ...own }
}
