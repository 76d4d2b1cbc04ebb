// Several services over one database: what is to be done once, one of them does.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { plusMs } from '../../../src/domain/time.ts'
import { operator } from '../../support/examples/store-examples.ts'
import { FAILED, post } from '../../support/gateway/http-requests.ts'
import { type Instance, LEASE_MS, makeInstances } from '../../support/gateway/instances.ts'
import { readable } from '../../support/log/readable.ts'

const DAY_MS = 86_400_000

/** Reasons of all checkpoints, in their order. */
async function sealed({ store }: Instance): Promise<readonly string[]> {
  const all = await store.evidence.checkpoints(0, { min: 0, max: 1_000 }, 99)
  return all.map(({ note }) => /^reason (\w+)$/m.exec(note)?.[1] ?? 'none')
}

describe('Several instances over one database', () => {
  it('send each mail once, warn of a key once, and sign each checkpoint once, also when the sealer is gone', async () => {
    await using place = await makeInstances({ AUDIT_DAILY_MAIL: 'on' })
    await using a = await place.start('a')
    const { time, fake } = place
    const now = time.clock.now()
    const dates = { createdAt: plusMs(now, -30 * DAY_MS), expiresAt: plusMs(now, 13 * DAY_MS) }
    const expiring = { client: 'web-shop', scopes: ['sales:create'], ...dates } as const
    await a.store.keys.create(expiring, operator)
    // Each looks at the keys when it starts.
    await using b = await place.start('b')
    await using c = await place.start('c')
    const all = [a, b, c]
    assert.deepEqual(await sealed(a), ['start'])
    const key = await a.key('shop', 'sales:create')
    for (const t of all) {
      fake.faults.add({ operation: 'create:Quotes', kind: { type: 'refuse' } })
      assert.equal((await post(t, key)).body, FAILED)
    }
    await time.pass(62_000)
    const abouts = readable(await a.store.saleReader.events(0, 999))
      .filter(({ type }) => type === 'MailSent')
      .map(({ data }) => String(data['about']))
    assert.deepEqual(abouts.sort(), ['checkpoint', 'failed', 'failed', 'failed', 'key'])
    const sent = all.flatMap(({ mails }) => mails.map(({ messageId }) => messageId))
    assert.equal(sent.length, abouts.length)
    assert.equal(new Set(sent).size, sent.length)
    const reasons = await sealed(a)
    assert.deepEqual(reasons, ['start', 'interval'])

    // As of an instance that died before it sent it: nobody is woken.
    const messageId = 'left@gateway.example'
    const left = { messageId, about: 'key', saleId: null, subject: 'Left', text: 'A\n' } as const
    await b.store.outbox.put({ ...left, createdAt: time.clock.now() })
    await time.pass(LEASE_MS)
    const senders = all.filter(({ mails }) => mails.some((mail) => mail.messageId === messageId))
    assert.equal(senders.length, 1)

    // The sealer reaches the database no more: another one signs what is due next.
    a.reach(false)
    await time.pass(3 * LEASE_MS)
    await post(b, key)
    await time.pass(62_000)
    assert.deepEqual((await sealed(b)).slice(reasons.length), ['interval'])
    a.reach(true)
    await time.pass(2 * LEASE_MS)
  })
})
