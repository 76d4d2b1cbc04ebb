import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { makeSharedFinds } from '../../../../src/adapters/sql/access/shared-finds.ts'
import type { ApiKey } from '../../../../src/application/access/key-store.port.ts'
import type { EpochMs } from '../../../../src/domain/time.ts'

/** A store that answers when it is told to, with the client that the keys have then. */
function makeStore() {
  const asked: { readonly key: string; readonly answer: (client: string) => void }[] = []
  const find = makeSharedFinds({
    find(key) {
      const { promise, resolve } = Promise.withResolvers<ApiKey>()
      const answer = (client: string) => resolve({ ...KEY, client })
      asked.push({ key, answer })
      return promise
    },
  })
  return { asked, find }
}

const KEY: ApiKey = {
  ...{ id: 'a', client: '', scopes: ['admin'], createdAt: 0 as EpochMs },
  ...{ expiresAt: null, revokedAt: null, lastUsedAt: null },
}

const nextTurn = () => new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)))

describe('The look-ups of keys of one turn', () => {
  it('are one for each key', async () => {
    const { asked, find } = makeStore()
    const found = [find('one'), find('two'), find('one')]
    await nextTurn()
    assert.deepEqual(
      asked.map(({ key }) => key),
      ['one', 'two'],
    )
    for (const { key, answer } of asked) answer(key)
    const clients = (await Promise.all(found)).map((key) => key?.client)
    assert.deepEqual(clients, ['one', 'two', 'one'])
  })

  it('are not shared with one that comes after they were asked: the key may be revoked meanwhile', async () => {
    const { asked, find } = makeStore()
    const before = find('one')
    await nextTurn()
    const after = find('one')
    await nextTurn()
    asked[1]?.answer('revoked')
    asked[0]?.answer('good')
    assert.equal((await before)?.client, 'good')
    assert.equal((await after)?.client, 'revoked')
  })

  it('fail together, and are asked anew after that', async () => {
    let tries = 0
    const find = makeSharedFinds({
      async find() {
        tries += 1
        if (tries === 1) throw new Error('away')
        return KEY
      },
    })
    const both = await Promise.allSettled([find('one'), find('one')])
    assert.deepEqual(
      both.map(({ status }) => status),
      ['rejected', 'rejected'],
    )
    assert.equal(await find('one'), KEY)
  })
})
