import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { makeSqliteEvidenceLog } from '../../../../src/adapters/sqlite/log/sqlite-evidence-log.ts'
import { dealId, now } from '../../../support/examples/sale-examples.ts'
import * as a from '../../../support/examples/store-examples.ts'
import { openStores } from '../open-stores.ts'

describe('The evidence about a sale', () => {
  it('has what people did about it, and nothing about other sales', async () => {
    await using stores = await openStores()
    const { eventLog } = stores
    const by = { operator: 'ada' }
    for (const number of [1, 2]) {
      const saleId = a.saleIdOf(number)
      await stores.sales.begin(a.firstOf(saleId), undefined, now)
      await a.askToResume(stores, saleId, now)
      const orphan = { saleId, step: 'deal', id: dealId } as const
      await eventLog.record({ type: 'OrphanDeleted', at: now, data: orphan }, by)
      const data = { ...orphan, reason: 'RECORD_LOCKED' }
      await eventLog.record({ type: 'OrphanDeleteFailed', at: now, data }, by)
    }
    const naming = await makeSqliteEvidenceLog(stores.database).naming(a.saleIdOf(2))
    assert.deepEqual(
      naming.map(({ position, body }) => [position, JSON.parse(String(body)).type]),
      [
        [6, 'SaleResumeRequested'],
        [7, 'OrphanDeleted'],
        [8, 'OrphanDeleteFailed'],
      ],
    )
  })
})
