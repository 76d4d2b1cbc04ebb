// The same as `test/service/trouble/token-host-away.test.ts` once for real: sockets, a process, true time.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeFakeZoho } from '../../../src/adapters/fake-zoho/fake-zoho.ts'
import { serveFakeZoho } from '../../../src/adapters/fake-zoho/serve.ts'
import { type Client, makeClient } from '../../../src/infrastructure/demo/client.ts'
import { startGateway } from '../../../src/infrastructure/demo/gateway-process.ts'
import { makeSystemClock } from '../../../src/infrastructure/system/system-clock.ts'
import { SALE } from '../../support/gateway/http-requests.ts'
import { makeFolder, runGateway } from '../../support/gateway/run-gateway.ts'

const AWAY_MS = 3_000
const LAG_MS = 1_000

/** A new sale is answered 200 so soon after the trouble with the token is over, in milliseconds. */
const BACK_WITHIN_MS = 6_000

const POLL_MS = 200

/** Posts sales until one is answered 200, and returns after how many milliseconds. */
async function untilSold(client: Client): Promise<number> {
  const begin = performance.now()
  while ((await client.sell(SALE))?.status !== 200) {
    assert.ok(performance.now() - begin < BACK_WITHIN_MS, 'no sale was answered 200 in time')
    await sleep(POLL_MS)
  }
  return performance.now() - begin
}

describe('A gateway in front of a token host of its own', () => {
  it('is back soon after the host was away at its start, and for 3 s, and after tokens that lag', async (t) => {
    const fake = makeFakeZoho({
      ...makeSystemClock(),
      referenceField: 'Gateway_Reference',
      latencyMs: 5,
    })
    const api = await serveFakeZoho(fake, { host: '127.0.0.1', port: 0 })
    const accounts = await serveFakeZoho(fake, { host: '127.0.0.1', port: 0 })
    await using folder = await makeFolder()
    const settings = {
      ...{ PORT: '0', DATA_DIR: folder.path, CRM: 'zoho', LOG_LEVEL: 'warn' },
      ...{ ZOHO_ACCOUNTS_URL: accounts.url, ZOHO_API_URL: api.url, ZOHO_SETTLE_MS: '200' },
      ...{ ZOHO_CLIENT_ID: 'a', ZOHO_CLIENT_SECRET: 'b', ZOHO_REFRESH_TOKEN: 'c' },
    }
    const made = await runGateway(
      ['keys', 'create', '--create', '--name', 'a', '--scope', 'admin'],
      settings,
    )
    await accounts.close()
    await using gateway = await startGateway(settings)
    const client = makeClient(gateway.url, made.stdout.trim())
    const ready = await client.get('/readyz')
    assert.equal(ready.status, 503)
    assert.match(ready.text, /no token: Zoho accounts is not reached since /)
    const listen = { host: '127.0.0.1', port: Number(new URL(accounts.url).port) } as const
    const next = await serveFakeZoho(fake, listen)
    await untilSold(client)

    await next.close()
    fake.expireTokens()
    const first = client.sell(SALE)
    await sleep(AWAY_MS)
    const again = await serveFakeZoho(fake, listen)
    const backMs = await untilSold(client)
    assert.equal((await first)?.status, 200, 'the sale that found it out waited')

    fake.settings.change({ tokenLagMs: LAG_MS })
    fake.expireTokens()
    const laggedMs = await untilSold(client)
    assert.ok(laggedMs <= LAG_MS + BACK_WITHIN_MS, `${laggedMs} ms`)
    assert.equal((await client.sales(9)).filter(({ status }) => status === 'completed').length, 4)
    t.diagnostic(`back after ${Math.round(backMs)} ms; let in after ${Math.round(laggedMs)} ms`)
    assert.equal(await gateway.stop(), 0)
    await Promise.all([api.close(), again.close()])
  })
})
