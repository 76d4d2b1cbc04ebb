// Judges what the log, the fake Zoho, the mails and the callers hold once every sale is at rest.
import assert from 'node:assert/strict'
import type { ModuleName } from '../../../src/adapters/fake-zoho/schema/module-names.ts'
import type { CrmRecord } from '../../../src/adapters/fake-zoho/world/records.ts'
import { isAtRest } from '../../../src/infrastructure/demo/client.ts'
import { assertWholeOrNothing } from '../../support/whole-or-nothing.ts'
import type { Told } from './callers.ts'
import type { Line } from './history.ts'

export const MODULES = ['Deals', 'Quotes', 'Sales_Orders'] as const satisfies ModuleName[]

const FIELD = 'Gateway_Reference'
const SUCCESS = '{"status":"success","message":"Success."}'
const FAILURE = '{"status":"failed","message":"Failed."}'

/** One sale as the log records it. */
export type LoggedSale = {
  readonly saleId: string
  readonly requestId: string | undefined
  readonly status: 'completed' | 'rolled_back' | 'open'
  readonly hasFailed: boolean
  readonly isAtRest: boolean
}

/** The sales of the log, in its order. Each has its events without a gap, or this fails. */
export function salesOf(lines: readonly Line[]): readonly LoggedSale[] {
  const bySale = Map.groupBy(
    lines.filter(({ saleId }) => saleId !== null),
    ({ saleId }) => saleId ?? '',
  )
  return [...bySale].map(([saleId, events]) => {
    for (const [index, { sequence }] of events.entries()) {
      assert.equal(sequence, index + 1, `sale ${saleId} has a gap`)
    }
    const types = new Set(events.map(({ type }) => type))
    const last = (type: string) => events.findLastIndex((event) => event.type === type)
    const hasFailed = types.has('CompensationRequired')
    assert.ok(!(hasFailed && types.has('SaleCompleted')), `sale ${saleId} failed and completed`)
    const status = types.has('SaleCompleted')
      ? 'completed'
      : last('SaleRolledBack') > last('OwnerWoke')
        ? 'rolled_back'
        : 'open'
    const requestId = events[0]?.actor.requestId
    return { saleId, requestId, status, hasFailed, isAtRest: isAtRest({ status, events }) }
  })
}

export type CrmSight = Readonly<
  Record<
    (typeof MODULES)[number],
    { readonly live: readonly CrmRecord[]; readonly bin: readonly CrmRecord[] }
  >
>

/** Each sale has one of each record, or none; there is nothing else, and nothing foreign is gone. */
export function assertCrm(
  crm: CrmSight,
  sales: readonly LoggedSale[],
  foreign: ReadonlySet<string>,
): void {
  const ours = new Set(sales.map(({ saleId }) => saleId))
  const completed = sales.filter(({ status }) => status === 'completed').length
  const bySale = new Map<string, Map<string, CrmRecord[]>>()
  for (const module of MODULES) {
    const { live, bin } = crm[module]
    const untouched = live.filter(({ id }) => foreign.has(id)).length
    assert.equal(untouched * MODULES.length, foreign.size, `a foreign record of ${module} is gone`)
    const strangers = live.length - untouched - completed
    assert.equal(strangers, 0, `${module} has ${strangers} records that no completed sale owns`)
    for (const record of bin) {
      assert.ok(ours.has(saleIdIn(record)), `${module} ${record.id} was not ours to delete`)
    }
    for (const record of live) {
      const saleId = saleIdIn(record)
      const mine = bySale.get(saleId) ?? new Map<string, CrmRecord[]>()
      bySale.set(saleId, mine.set(module, [...(mine.get(module) ?? []), record]))
    }
  }
  for (const sale of sales) {
    const mine = bySale.get(sale.saleId)
    assertWholeOrNothing({ live: (module) => mine?.get(module) ?? [] }, sale)
  }
}

function saleIdIn(record: CrmRecord): string {
  const reference = record[FIELD]
  return typeof reference === 'string' ? (reference.split(':')[0] ?? '') : ''
}

/** Every answer that was received agrees with the log, and one key is one sale. */
export function assertAnswers(told: readonly Told[], sales: readonly LoggedSale[]): void {
  const byRequest = Map.groupBy(sales, ({ requestId }) => requestId)
  const byId = new Map(sales.map((sale) => [sale.saleId, sale]))
  for (const one of told) {
    const begun = byRequest.get(one.requestId) ?? []
    assert.ok(begun.length <= 1, `request ${one.requestId} began ${begun.length} sales`)
    const where = `request ${one.requestId} was told ${one.status} ${one.text}`
    const sale = byId.get(one.saleId ?? '')
    switch (one.status) {
      case 200:
        assert.equal(one.text, SUCCESS, where)
        assert.equal(sale?.status, 'completed', where)
        break
      case 500:
        assert.equal(one.text, FAILURE, where)
        assert.equal(sale?.status, 'rolled_back', where)
        break
      case 409:
        assert.ok(sale !== undefined, where)
        break
      // Its request had not arrived as a whole.
      case 408:
      case 422:
      case 503:
        assert.equal(begun.length, 0, where)
        break
      default:
        assert.equal(one.status, undefined, where)
    }
  }
  const byKey = Map.groupBy(
    told.filter(({ key }) => key !== undefined),
    ({ key }) => key,
  )
  for (const [key, asked] of byKey) {
    const ids = asked.flatMap(({ requestId, saleId }) => [
      ...(byRequest.get(requestId) ?? []).map((sale) => sale.saleId),
      ...(saleId === null ? [] : [saleId]),
    ])
    const sold = new Set(ids)
    assert.ok(sold.size <= 1, `key ${key} began ${[...sold].join(', ')}`)
    const isSettled = asked.some(({ status }) => status === 200 || status === 500)
    if (isSettled) assert.equal(sold.size, 1, `key ${key} began no sale`)
  }
}

/** A mail as it was taken by its server, or written to its file. */
export type SeenMail = {
  readonly raw: string
  /** Kills before it was taken; `undefined` where later copies take the place of earlier ones. */
  readonly kills?: number
}

/**
 * Every failed sale is named in a mail and no other sale is; all copies of a mail are the same,
 * and there is a second one only where a kill came between. Says how many there are.
 */
export function assertMails(
  mails: readonly SeenMail[],
  lines: readonly Line[],
  sales: readonly LoggedSale[],
): number {
  const named = new Set(mails.flatMap(({ raw }) => namedIn(raw)))
  for (const { saleId, hasFailed } of sales) {
    assert.equal(
      named.has(saleId),
      hasFailed,
      `sale ${saleId}: failed ${hasFailed}, mail is not so`,
    )
    named.delete(saleId)
  }
  assert.deepEqual([...named], [], 'a mail names a sale that is not in the log')

  const sent = lines.filter(({ type }) => type === 'MailSent').map(({ data }) => data['messageId'])
  assert.equal(new Set(sent).size, sent.length, 'a mail was recorded as sent twice')

  let secondCopies = 0
  for (const [messageId, copies] of Map.groupBy(mails, ({ raw }) => messageIdOf(raw))) {
    assert.ok(sent.includes(messageId), `mail ${messageId} was never recorded as sent`)
    secondCopies += copies.length - 1
    assert.equal(new Set(copies.map(({ raw }) => raw)).size, 1, `copies of ${messageId} differ`)
    const between = new Set(copies.map(({ kills }) => kills))
    assert.equal(between.size, copies.length, `${messageId} was sent twice without a kill between`)
  }
  return secondCopies
}

function namedIn(raw: string): readonly string[] {
  return [...raw.matchAll(/^Sale ID: (\S+)\r?$/gm)].map(([, saleId]) => saleId ?? '')
}

export function messageIdOf(raw: string): string {
  return /^Message-ID: <(.+)>\r?$/m.exec(raw)?.[1] ?? ''
}

/** No line holds a secret, or the sample data's person. */
export function assertNoSecret(text: string, secrets: readonly string[], where: string): void {
  for (const secret of secrets) assert.ok(!text.includes(secret), `a secret is in ${where}`)
  const token = /plg_[\w-]{43,}|1000\.[0-9a-f]{32}\.[0-9a-f]{32}/.exec(text)
  assert.equal(token, null, `a key or token is in ${where}`)
  const person = /info@poligonmuhendislik\.com|Nilüfer/.exec(text)
  assert.equal(person, null, `personal data is in ${where}`)
}
