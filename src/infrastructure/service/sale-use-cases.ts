// Builds the use cases of a sale.

import type { Admission } from '../../application/crm/admission.port.ts'
import { makeWatchCalls } from '../../application/crm/watch-calls.ts'
import { type CreateSale, makeCreateSale } from '../../application/sale/create-sale.ts'
import type { KeyQuotas } from '../../application/sale/key-quotas.port.ts'
import { makeMeasuredStore } from '../../application/sale/measured-store.ts'
import { makeNoteWoken } from '../../application/sale/note-woken.ts'
import { makeRecoverSales } from '../../application/sale/recover-sales.ts'
import { makeSoleRecovery, type Recovery } from '../../application/sale/recovery.ts'
import { makeReportUnreadable } from '../../application/sale/report-unreadable.ts'
import { makeResumeSales, type ResumeSales } from '../../application/sale/resume-sales.ts'
import { makePerform } from '../../application/sale/run/perform.ts'
import { makeReadAhead } from '../../application/sale/run/read-ahead.ts'
import { makeRunSale } from '../../application/sale/run/run-sale.ts'
import { makeRunningSales, type RunningSales } from '../../application/sale/run/running-sales.ts'
import { makeSharedRecovery } from '../../application/sale/shared-recovery.ts'
import { makeTakeUpSales } from '../../application/sale/take-up-sales.ts'
import type { SaleId } from '../../domain/ids.ts'
import { answerWithinMs } from '../../domain/sale/policy.ts'
import type { ServiceDeps, Shared } from './service-deps.ts'

/** The use cases of a sale, and the sales that this process drives. */
export type SaleUseCases = {
  readonly sales: RunningSales
  readonly createSale: CreateSale
  readonly recovery: Recovery
  readonly resumeSales: ResumeSales
}

/** Builds all that begins a sale, drives it, and takes it up again after a restart. */
export function makeSaleUseCases(
  deps: ServiceDeps,
  parts: {
    readonly admission: Admission
    readonly isDraining: () => boolean
    readonly keyQuotas: KeyQuotas | undefined
    /** What stands behind the `@` of a message id. */
    readonly mailDomain: string
    /** Where people reach the gateway; without it mails have no link. */
    readonly publicUrl: string | undefined
    /** A mail was recorded, and can be sent. */
    readonly onMail: () => void
  },
): SaleUseCases {
  const { config, store, clock, random, logger, meter, onLost } = deps
  const { requestTimeoutMs, policy } = config
  const { admission, isDraining, keyQuotas, ...mailing } = parts
  const { crm } = deps.zoho
  const { known: organisation } = deps.organisation
  const watchCalls = makeWatchCalls({ meter, clock, logger })
  const perform = makePerform({ crm, watchCalls, organisation, clock, requestTimeoutMs })
  const measured = makeMeasuredStore({
    store: store.sales,
    clock,
    answerWithinMs: answerWithinMs(policy),
  })
  const working = { clock, random, logger, meter }
  const { shared } = deps
  const noteWoken = shared && makeNoteWoken({ store: store.sales, ...working, policy })
  const recording = { store: measured.store, crm, ...working, policy, ...mailing, noteWoken }
  const runSale = makeRunSale({ ...recording, perform })
  const sales = makeRunningSales({ runSale, clock, logger, onLost })
  const reportUnreadable = makeReportUnreadable({
    eventLog: store.eventLog,
    clock,
    logger,
    ...mailing,
  })
  const createSale = makeCreateSale({
    ...measured,
    sales,
    readAhead: makeReadAhead({ perform, clock, policy }),
    admission,
    clock,
    random,
    reportUnreadable,
    keyQuotas,
    isDraining,
    storageFull: () => noRoom(deps),
    onLost,
  })
  const { copied, resumeRequests: requests } = store
  const takeUpSales = makeTakeUpSales({ store: store.sales, sales, clock })
  const again = { takeUpSales, reportUnreadable, clock }
  const recoverSales = makeRecoverSales({ store: store.sales, copied, ...again })
  return {
    sales,
    createSale,
    recovery:
      shared === undefined
        ? makeSoleRecovery({ recoverSales, logger })
        : makeSharedRecovery({ ...shared, sales, recoverSales, copied, clock, logger, onLost }),
    resumeSales: makeResumeSales({ requests, sales, isOurs: isOursOf(shared), logger, ...again }),
  }
}

/** Why the database takes no new sale; `undefined` while it takes them. */
export function noRoom({ storage, shared }: ServiceDeps): string | undefined {
  const isLate = shared !== undefined && !shared.lease.holds()
  const late = 'The database has not renewed the lease of this instance.'
  return storage?.full() ?? (isLate ? late : undefined)
}

/** Where one process has the database alone, every sale of it is its own. */
function isOursOf(shared: Shared | undefined): (saleId: SaleId) => Promise<boolean> {
  return async (saleId) => {
    const number = shared?.lease.number() ?? null
    return shared === undefined || number === null || (await shared.instances.claim(number, saleId))
  }
}
