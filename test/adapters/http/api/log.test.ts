import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { errorMessage, get, post, SALE, saleIdOf } from '../../../support/gateway/http-requests.ts'
import { makeTestService, type TestService } from '../../../support/gateway/test-service.ts'

type Line = {
  readonly position: number
  readonly saleId: string | null
  readonly sequence: number | null
  readonly type: string
}

/** An auditor who has looked today: what it reads from here on leaves no event behind. */
async function auditorOf(t: TestService): Promise<(query?: string) => Promise<readonly Line[]>> {
  const key = await t.key('auditor', 'audit:read')
  await read(t, key, '')
  return (query = '') => read(t, key, query)
}

async function read(t: TestService, key: string, query: string): Promise<readonly Line[]> {
  const answer = await get(t, key, `/log${query}`)
  assert.equal(answer.statusCode, 200, answer.body)
  assert.match(String(answer.headers['content-type']), /^application\/x-ndjson/)
  assert.ok(answer.body === '' || answer.body.endsWith('\n'))
  return answer.body
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))
}

async function sellTimes(t: TestService, times: number, body: object = SALE): Promise<void> {
  const key = await t.key('shop', 'sales:create')
  for (let i = 0; i < times; i += 1) await post(t, key, body)
}

describe('GET /log', () => {
  it('has its reader and nothing else where nothing happened', async () => {
    await using t = await makeTestService()
    const lines = await read(t, await t.key('auditor', 'audit:read'), '')
    assert.deepEqual(
      lines.map(({ type, saleId, sequence }) => [type, saleId, sequence]),
      [
        ['ApiKeyCreated', null, null],
        ['AuditorLooked', null, null],
      ],
    )
  })

  it('has every event of every client, with contiguous positions from 1', async () => {
    await using t = await makeTestService()
    const keys = [await t.key('shop', 'sales:create'), await t.key('kiosk', 'sales:create')]
    t.fake.faults.add({ operation: 'create:Quotes', nth: 3, kind: { type: 'refuse' } })
    const answers = await Promise.all([...keys, ...keys].map((key) => post(t, key)))
    await t.time.until('a mail is sent', () => t.mails.length === 1)
    await t.time.until('it is marked', async () => (await t.store.outbox.nextDueAt()) === undefined)
    const lines = await (await auditorOf(t))()
    assert.deepEqual(
      lines.map(({ position }) => position),
      lines.map((_, index) => index + 1),
    )
    for (const answer of answers) {
      const own = lines.filter(({ saleId }) => saleId === saleIdOf(answer))
      assert.deepEqual(
        own.map(({ sequence }) => sequence),
        own.map((_, index) => index + 1),
      )
    }
    const others = lines.filter(({ saleId }) => saleId === null)
    assert.deepEqual(
      others.map(({ type, sequence }) => [type, sequence]),
      [
        ['ApiKeyCreated', null],
        ['ApiKeyCreated', null],
        ['MailSent', null],
        ['ApiKeyCreated', null],
        ['AuditorLooked', null],
      ],
    )
  })

  it('goes on after a position', async () => {
    await using t = await makeTestService()
    await sellTimes(t, 2)
    const log = await auditorOf(t)
    const all = await log()
    assert.equal(all.length, 15)
    assert.deepEqual(await log('?after=0'), all)
    assert.deepEqual(await log('?after=5'), all.slice(5))
    assert.deepEqual(await log('?after=5&limit=3'), all.slice(5, 8))
    assert.deepEqual(await log('?after=14'), all.slice(14))
    assert.deepEqual(await log('?after=15'), [])
    assert.deepEqual(await log(`?after=${Number.MAX_SAFE_INTEGER}`), [])
  })

  it('gives out 100 lines unless it is asked for another number', async () => {
    await using t = await makeTestService()
    await sellTimes(t, 18)
    const log = await auditorOf(t)
    assert.equal((await log()).length, 100)
    assert.equal((await log('?limit=1')).length, 1)
    assert.equal((await log('?limit=1000')).length, 18 * 6 + 3)
  })

  it('holds nothing of a person or a company', async () => {
    await using t = await makeTestService()
    await sellTimes(t, 1)
    await sellTimes(t, 1, { ...SALE, contactId: '550428000008877777' })
    const text = JSON.stringify(await (await auditorOf(t))())
    assert.doesNotMatch(text, /Poligon|Mühendislik|Selin|Kaya|Tahtal|Bursa|Nilüfer|16110|@/i)
    assert.match(text, /Three-phase gear motor/)
  })

  for (const query of ['after=-1', 'after=x', 'after=', 'after=1.5', 'after=1&after=2']) {
    it(`is 400 for ${query}, and names it`, async () => {
      await using t = await makeTestService()
      const answer = await get(t, await t.key('auditor', 'audit:read'), `/log?${query}`)
      assert.equal(answer.statusCode, 400)
      assert.match(errorMessage(answer), /^after: must be /)
    })
  }

  for (const query of ['limit=0', 'limit=1001', 'limit=x', 'limit=', 'limit=1&limit=1']) {
    it(`is 400 for ${query}, and names it`, async () => {
      await using t = await makeTestService()
      const answer = await get(t, await t.key('auditor', 'audit:read'), `/log?${query}`)
      assert.equal(answer.statusCode, 400)
      assert.match(errorMessage(answer), /^limit: must be /)
    })
  }
})
