// What a sale left in the CRM and when, read from its events for the auditor's page.

import type { CrmId } from '../../domain/ids.ts'
import type { Leftover } from '../../domain/sale/events.ts'
import { CREATE_STEPS, type CreateStep, type FailedStep } from '../../domain/sale/steps.ts'
import type { EpochMs } from '../../domain/time.ts'
import type { EventRecord } from './event-record.ts'

/** What the events say about one record in the CRM. */
export type TrailRecord = {
  readonly step: CreateStep
  readonly id: CrmId
  /** Whether the CRM has ever shown the record, and not only named it. */
  readonly isSeen: boolean
  /** When its create could be sent at the earliest; `null` for a record that a search found. */
  readonly sentAt: EpochMs | null
  readonly createdAt: EpochMs
  /** When its delete was due; `null` for a record that stays. */
  readonly deleteFrom: EpochMs | null
  readonly deletedAt: EpochMs | null
}

/** A create that may have been sent, and whose answer was never received. */
export type OpenCreate = {
  readonly step: CreateStep
  /** When it could be sent at the earliest. One of a former owner could be sent until it woke: that time. */
  readonly sentAt: EpochMs
  /** Whether it is unanswered only because a former owner woke, which may have sent it late. */
  readonly isLate: boolean
  /** When the second search showed what became of it; `null` until then. */
  readonly closedAt: EpochMs | null
}

export type Look = { readonly at: EpochMs; readonly step: CreateStep; readonly found: number }

/** What a person is needed for: a record, or what a reference may stand for. */
export type TrailLeftover = {
  readonly step: CreateStep
  /** The id of the record, or the reference. */
  readonly what: string
  readonly isRecord: boolean
  /** Why it cannot be removed; `null` in events of version 0.1.0. */
  readonly reason: string | null
}

/** The course of a sale in the CRM, read from its events. */
export type SaleTrail = {
  readonly records: readonly TrailRecord[]
  readonly open: readonly OpenCreate[]
  readonly looks: readonly Look[]
  readonly pricedAt: EpochMs | null
  /** The create that was due when the events end, or when the sale failed. */
  readonly due: CreateStep | null
  /** When that create could be sent at the earliest. */
  readonly dueFrom: EpochMs | null
  readonly failedAt: EpochMs | null
  readonly failedStep: FailedStep | null
  /** How many times a new process took the sale up. */
  readonly interruptions: number
  /** The steps whose create a former owner may have sent after the sale was taken over. */
  readonly woken: readonly CreateStep[]
  /** The clean-up kept failing, and a mail asked a person for help. */
  readonly isStuck: boolean
  /** What is left of the last `SaleStuck`. */
  readonly leftovers: readonly TrailLeftover[]
}

type Draft = { -readonly [Name in keyof SaleTrail]: SaleTrail[Name] } & {
  completedAt: EpochMs | null
  lastDeletedAt: EpochMs | null
}

const CREATED: Readonly<Record<string, readonly [CreateStep, string]>> = {
  DealCreated: ['deal', 'dealId'],
  QuoteCreated: ['quote', 'quoteId'],
  SalesOrderCreated: ['salesOrder', 'salesOrderId'],
}

const DELETED: Readonly<Record<string, string>> = {
  DealDeleted: 'dealId',
  QuoteDeleted: 'quoteId',
  SalesOrderDeleted: 'salesOrderId',
}

/** Makes the trail of a sale's events. An event of an unknown type changes nothing. */
export function trailOf(events: readonly EventRecord[]): SaleTrail {
  const draft: Draft = {
    records: [],
    open: [],
    looks: [],
    pricedAt: null,
    due: null,
    dueFrom: null,
    failedAt: null,
    failedStep: null,
    completedAt: null,
    lastDeletedAt: null,
    interruptions: 0,
    woken: [],
    isStuck: false,
    leftovers: [],
  }
  for (const event of events) addTo(draft, event)
  const { completedAt: _, lastDeletedAt: __, ...trail } = draft
  return { ...trail, leftovers: trail.leftovers.filter((one) => isLeft(one, trail)) }
}

function addTo(draft: Draft, { type, at: time, data }: EventRecord): void {
  const at = Date.parse(time) as EpochMs
  const [created, member] = CREATED[type] ?? []
  const deleted = DELETED[type]
  if (created !== undefined && member !== undefined) {
    addRecord(draft, created, data[member] as CrmId, at)
  } else if (deleted !== undefined) {
    markDeleted(draft, data[deleted] as CrmId, at)
  } else if (type === 'SalePriced') {
    Object.assign(draft, { pricedAt: at, due: 'deal', dueFrom: at })
  } else if (type === 'CreateUnanswered') {
    addOpen(draft, data['step'] as CreateStep, draft.dueFrom)
  } else if (type === 'OwnerWoke') {
    addWoken(draft, data['step'] as CreateStep, at)
  } else if (type === 'RecordNamed') {
    addNamed(draft, data['step'] as CreateStep, data['id'] as CrmId, at)
  } else if (type === 'SaleInterrupted') {
    draft.interruptions += 1
    if (isForward(draft) && draft.due !== null) addOpen(draft, draft.due, draft.dueFrom)
  } else if (type === 'CompensationRequired') {
    draft.failedAt = at
    draft.failedStep = data['failedStep'] as FailedStep
    draft.records = draft.records.map((record) => ({ ...record, deleteFrom: at }))
  } else if (type === 'ReferenceLookedUp') {
    addLook(draft, data, at)
  } else if (type === 'SaleStuck') {
    draft.isStuck = true
    draft.leftovers = leftoversIn(data)
  } else if (type === 'SaleCompleted') {
    draft.completedAt = at
  } else if (type === 'SaleRolledBack' || type === 'SaleSettled') {
    draft.isStuck = false
  }
}

function leftoversIn({ leftovers }: EventRecord['data']): readonly TrailLeftover[] {
  // The gateway itself recorded this event, so it has these members.
  return (leftovers as readonly Leftover[]).map((leftover) => {
    const { step, reason = null } = leftover
    return 'id' in leftover
      ? { step, what: leftover.id, isRecord: true, reason }
      : { step, what: leftover.reference, isRecord: false, reason }
  })
}

function isLeft({ step, what, isRecord }: TrailLeftover, { records, open }: SaleTrail): boolean {
  return isRecord
    ? records.some(({ id, deletedAt }) => id === what && deletedAt === null)
    : open.some((one) => one.step === step && one.closedAt === null)
}

function isForward({ failedAt, completedAt }: Draft): boolean {
  return failedAt === null && completedAt === null
}

function addRecord(draft: Draft, step: CreateStep, id: CrmId, at: EpochMs): void {
  const known = draft.records.find((record) => record.id === id)
  if (known?.isSeen) return
  const forward = isForward(draft)
  const sentAt = forward ? draft.dueFrom : null
  const deleteFrom = forward ? null : at
  const found = { step, id, sentAt, createdAt: at, deleteFrom, deletedAt: null }
  const record = { ...(known ?? found), isSeen: true }
  draft.records = [...draft.records.filter((other) => other !== known), record]
  if (!forward) return
  draft.due = CREATE_STEPS[CREATE_STEPS.indexOf(step) + 1] ?? null
  draft.dueFrom = at
}

/** A record that was only named counts as there. The sale goes on with its create all the same. */
function addNamed(draft: Draft, step: CreateStep, id: CrmId, at: EpochMs): void {
  if (draft.records.some((record) => record.id === id)) return
  const { dueFrom: sentAt } = draft
  const record = { step, id, isSeen: false, sentAt, createdAt: at, deleteFrom: null }
  draft.records = [...draft.records, { ...record, deletedAt: null }]
}

/** Deletes run one after the other: each begins when the delete before it is done. */
function markDeleted(draft: Draft, id: CrmId, at: EpochMs): void {
  const { lastDeletedAt } = draft
  draft.records = draft.records.map((record) => {
    if (record.id !== id) return record
    const dueFrom = record.deleteFrom ?? at
    const deleteFrom = Math.max(dueFrom, lastDeletedAt ?? dueFrom) as EpochMs
    return { ...record, deleteFrom, deletedAt: at }
  })
  draft.lastDeletedAt = at
}

function addOpen(draft: Draft, step: CreateStep, sentAt: EpochMs | null, isLate = false): void {
  const isOpen = draft.open.some((open) => open.step === step && open.closedAt === null)
  if (sentAt !== null && !isOpen) {
    draft.open = [...draft.open, { step, sentAt, isLate, closedAt: null }]
  }
}

function addWoken(draft: Draft, step: CreateStep, at: EpochMs): void {
  addOpen(draft, step, at, true)
  if (!draft.woken.includes(step)) draft.woken = [...draft.woken, step]
}

function addLook(draft: Draft, data: EventRecord['data'], at: EpochMs): void {
  const step = data['step'] as CreateStep
  draft.looks = [...draft.looks, { at, step, found: Number(data['found']) }]
  if (data['look'] !== 'second') return
  draft.open = draft.open.map((open) =>
    open.step === step && open.closedAt === null ? { ...open, closedAt: at } : open,
  )
}
