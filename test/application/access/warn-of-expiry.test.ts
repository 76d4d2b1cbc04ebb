import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ApiKey } from '../../../src/application/access/key-store.port.ts'
import { makeWarnOfExpiry } from '../../../src/application/access/warn-of-expiry.ts'
import { AppError } from '../../../src/application/base/errors.ts'
import type { NewMail } from '../../../src/application/mail/outbox.port.ts'
import { plusMs } from '../../../src/domain/time.ts'
import { ManualClock } from '../../support/fakes/manual-clock.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

function makeBench() {
  const clock = new ManualClock()
  const began = clock.now()
  const keys: ApiKey[] = []
  const mails = new Map<string, NewMail>()
  const said: string[] = []
  const store = { broken: undefined as 'unavailable' | 'lost' | undefined }
  const say = (_fields: unknown, message: string) => void said.push(message)
  const warn = makeWarnOfExpiry({
    clock,
    logger: { info: say, warn: say, error: say },
    mailDomain: 'gw.test',
    onMail: () => undefined,
    keys: {
      async list() {
        if (store.broken !== undefined) throw new AppError(store.broken, 'keys: not read')
        return keys
      },
    },
    outbox: {
      async put(mail) {
        if (mails.has(mail.messageId)) return false
        mails.set(mail.messageId, mail)
        return true
      },
    },
  })
  const key = (id: string, { days = 365, life = 365, revoked = false }): ApiKey => ({
    id,
    client: 'web-shop',
    scopes: ['sales:read', 'sales:create'],
    createdAt: plusMs(began, (days - life) * DAY_MS),
    expiresAt: plusMs(began, days * DAY_MS),
    revokedAt: revoked ? began : null,
    lastUsedAt: null,
  })
  /** Looks once, as it is at each start. */
  const look = async () => {
    const stop = new AbortController()
    const running = warn(stop.signal)
    await settle()
    stop.abort()
    await running
  }
  return { clock, began, keys, mails, said, store, warn, key, look }
}

/** Lets what waits for a clock that was moved come to its next wait. */
async function settle(): Promise<void> {
  for (let i = 0; i < 30; i += 1) await Promise.resolve()
}

describe('The end of a key', () => {
  it('is mailed 14 days and 1 day before, once each, over any restart', async () => {
    const { clock, began, keys, mails, said, key, look, warn } = makeBench()
    keys.push(key('aa', { days: 20 }))
    const stop = new AbortController()
    const running = warn(stop.signal)
    const seen: number[] = []
    for (let hour = 1; hour <= 21 * 24; hour += 1) {
      const before = mails.size
      clock.advance(HOUR_MS)
      await settle()
      if (hour % 50 === 0) await look()
      if (mails.size > before) seen.push((clock.now() - began) / DAY_MS)
    }
    assert.deepEqual(seen, [6, 19])
    assert.deepEqual(said, ['an API key expires soon', 'an API key expires soon'])
    stop.abort()
    await running
  })

  it('is one mail, the nearest, where nobody looked for long', async () => {
    const { keys, mails, key, look } = makeBench()
    keys.push(key('aa', { days: 0.5 }))
    await look()
    assert.equal(mails.size, 1)
  })

  it('is not mailed for a key that is expired, revoked, lasting or made for less', async () => {
    const { keys, mails, key, look } = makeBench()
    keys.push(key('aa', { days: 0 }), key('bb', { days: 2, revoked: true }))
    keys.push({ ...key('cc', {}), expiresAt: null }, key('dd', { days: 14, life: 14 }))
    await look()
    assert.equal(mails.size, 0)
  })

  it('is mailed anew where a rotation moved it', async () => {
    const { began, keys, mails, key, look } = makeBench()
    keys.push(key('aa', { days: 13 }))
    await look()
    keys[0] = { ...key('aa', { days: 13 }), expiresAt: plusMs(began, 7 * DAY_MS) }
    await look()
    assert.equal(mails.size, 2)
  })

  it('is a mail that says which key of which client, and what to type', async () => {
    const { keys, mails, key, look } = makeBench()
    keys.push(key('4f9a1c2e', { days: 13 }))
    await look()
    const [mail] = [...mails.values()]
    assert.equal(mail?.subject, 'API key 4f9a1c2e of web-shop expires on 2026-12-07')
    for (const line of [
      'Key: 4f9a1c2e',
      'Client: web-shop',
      'Scopes: sales:read, sales:create',
      'Last used: never',
      'Expires: 2026-12-07T10:00:00.000Z',
      '    gateway keys rotate 4f9a1c2e --overlap 14d',
    ]) {
      assert.ok(mail?.text.split('\n').includes(line), line)
    }
    assert.match(mail?.messageId ?? '', /^key-expires\.4f9a1c2e\.\d+\.14@gw\.test$/)
  })

  it('is looked at again where the database cannot be read, and stops the service where it is lost', async () => {
    const { clock, keys, mails, store, warn, key } = makeBench()
    keys.push(key('aa', { days: 13 }))
    store.broken = 'unavailable'
    const stop = new AbortController()
    const running = warn(stop.signal)
    await settle()
    store.broken = undefined
    clock.advance(5_000)
    await settle()
    assert.equal(mails.size, 1)
    stop.abort()
    await running
    store.broken = 'lost'
    await assert.rejects(warn(new AbortController().signal), AppError)
  })
})
