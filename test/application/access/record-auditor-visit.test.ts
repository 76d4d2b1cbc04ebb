import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { makeRecordAuditorVisit } from '../../../src/application/access/record-auditor-visit.ts'
import { AppError } from '../../../src/application/base/errors.ts'
import type { AuditorLooked } from '../../../src/application/log/service-events.ts'
import { ManualClock } from '../../support/fakes/manual-clock.ts'

const DAY_MS = 86_400_000

const anna = { client: 'auditors', keyId: 'aa' }
const bert = { client: 'auditors', keyId: 'bb' }

function makeBench() {
  const clock = new ManualClock()
  const recorded: (readonly [string, AuditorLooked['data']])[] = []
  const lost: unknown[] = []
  const log = { broken: undefined as 'unavailable' | 'lost' | undefined }
  const recordAuditorVisit = makeRecordAuditorVisit({
    clock,
    onLost: (error) => void lost.push(error),
    eventLog: {
      async recordOnce(event, actor) {
        if (log.broken !== undefined) throw new AppError(log.broken, 'log: not written')
        assert.ok(event.type === 'AuditorLooked' && 'keyId' in actor)
        recorded.push([actor.keyId, event.data])
        return true
      },
    },
  })
  return { clock, recorded, lost, log, recordAuditorVisit }
}

describe("An auditor's visit", () => {
  it('is recorded once a UTC day for each key, by the first path that was asked for', async () => {
    const { clock, recorded, recordAuditorVisit } = makeBench()
    await recordAuditorVisit(anna, '/log')
    await recordAuditorVisit(anna, '/sales')
    await recordAuditorVisit(bert, '/sales')
    clock.advance(14 * 3_600_000 - 1)
    await recordAuditorVisit(anna, '/sales')
    clock.advance(1)
    await recordAuditorVisit(anna, '/sales')
    await recordAuditorVisit(anna, '/log')
    clock.advance(DAY_MS)
    await recordAuditorVisit(anna, '/log')
    assert.deepEqual(recorded, [
      ['aa', { day: '2026-11-24', what: '/log' }],
      ['bb', { day: '2026-11-24', what: '/sales' }],
      ['aa', { day: '2026-11-25', what: '/sales' }],
      ['aa', { day: '2026-11-26', what: '/log' }],
    ])
  })

  it('is turned away while it cannot be recorded, and recorded with the next request', async () => {
    const { recorded, lost, log, recordAuditorVisit } = makeBench()
    log.broken = 'unavailable'
    await assert.rejects(recordAuditorVisit(anna, '/log'), AppError)
    log.broken = undefined
    await recordAuditorVisit(anna, '/log')
    assert.equal(recorded.length, 1)
    assert.deepEqual(lost, [])
  })

  it('stops the service when nobody knows what is in the log', async () => {
    const { lost, log, recordAuditorVisit } = makeBench()
    log.broken = 'lost'
    await assert.rejects(recordAuditorVisit(anna, '/log'), AppError)
    assert.equal(lost.length, 1)
  })
})
