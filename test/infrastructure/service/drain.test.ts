import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import process from 'node:process'
import { describe, it } from 'node:test'
import { makeClient } from '../../../src/infrastructure/demo/client.ts'
import { startGateway } from '../../../src/infrastructure/demo/gateway-process.ts'
import { makeStage } from '../../../src/infrastructure/demo/stage.ts'
import { SALE } from '../../support/gateway/http-requests.ts'
import { makeFolder } from '../../support/gateway/run-gateway.ts'
import { until } from '../../support/time/until.ts'

const POOLED = 40

/** Milliseconds in which each of the pooled connections is used again, many times over. */
const DELAY_MS = 3_000

type Told = {
  readonly path: string
  readonly status?: number
  readonly connection?: string | undefined
  readonly error?: string | undefined
  /** Whether it went over a connection that was there before. */
  readonly isReused: boolean
}

/** Sends one request over a pool of connections. Never rejects. */
function ask(url: string, agent: Agent, key: string, body?: string): Promise<Told> {
  const { promise, resolve } = Promise.withResolvers<Told>()
  const { pathname: path } = new URL(url)
  const method = body === undefined ? 'GET' : 'POST'
  const headers = { 'x-api-key': key, 'content-type': 'application/json' }
  const asked = request(url, { agent, method, headers }, (answer) => {
    const { statusCode: status = 0 } = answer
    const { connection } = answer.headers
    answer
      .resume()
      .on('end', () => resolve({ path, status, connection, isReused: asked.reusedSocket }))
  })
  asked.on('error', (error: NodeJS.ErrnoException) =>
    resolve({ path, error: error.code, isReused: asked.reusedSocket }),
  )
  asked.end(body)
  return promise
}

describe('A gateway that stops under the load of pooled connections', () => {
  it('says so for SHUTDOWN_DELAY_MS, and resets none of them', async () => {
    await using folder = await makeFolder()
    await using gateway = await startGateway({
      PORT: '0',
      DATA_DIR: folder.path,
      LOG_LEVEL: 'warn',
      SHUTDOWN_DELAY_MS: String(DELAY_MS),
    })
    const key = /export KEY=(\S+)/.exec(gateway.lines.join('\n'))?.[1] ?? assert.fail()
    const agent = new Agent({ keepAlive: true, maxSockets: POOLED })
    const told: Told[] = []
    const call = async () => {
      for (;;) {
        const one = await ask(`${gateway.url}/createSales`, agent, key, JSON.stringify(SALE))
        told.push(one)
        if (one.error !== undefined) return
        told.push(await ask(`${gateway.url}/readyz`, agent, key))
      }
    }
    const callers = Array.from({ length: POOLED }, call)
    await until('each connection was used again', () => told.filter(isReused).length > 4 * POOLED)
    const before = told.length
    process.kill(gateway.pid, 'SIGTERM')
    await Promise.all(callers)
    assert.equal(await gateway.ended, 0)
    agent.destroy()

    assert.deepEqual(
      told.filter((one) => isReused(one) && one.error !== undefined),
      [],
    )
    const after = told.slice(before)
    const turnedAway = after.filter(({ status }) => status === 503)
    assert.ok(
      turnedAway.some(({ path }) => path === '/readyz'),
      'it was never unready',
    )
    assert.ok(turnedAway.filter(({ path }) => path === '/createSales').length >= POOLED)
    assert.ok(turnedAway.every(({ connection }) => connection === 'close'))
  })

  it('gives running sales the grace after that time, not from the signal on', async () => {
    const settings = { SHUTDOWN_DELAY_MS: '5000', SHUTDOWN_GRACE_MS: '0' }
    await using stage = await makeStage({ latencyMs: 100, settleMs: 200, settings })
    await using gateway = await stage.start()
    const begun = Promise.withResolvers<void>()
    stage.fake.hooks.before = (operation) => {
      if (operation === 'create:Deals') begun.resolve()
    }
    const running = makeClient(gateway.url, stage.key).sell(SALE)
    await begun.promise
    process.kill(gateway.pid, 'SIGTERM')
    assert.equal((await running)?.status, 200)
    assert.equal(await gateway.ended, 0)
  })

  it('does not wait for a connection on which nothing is sent, but for a running sale', async () => {
    const settings = { SHUTDOWN_GRACE_MS: '600000' }
    await using stage = await makeStage({ latencyMs: 500, settleMs: 200, settings })
    await using gateway = await stage.start()
    const silent = connect(Number(new URL(gateway.url).port), '127.0.0.1')
    const closed = once(silent.resume(), 'close')
    await once(silent, 'connect')
    const begun = Promise.withResolvers<void>()
    stage.fake.hooks.before = (operation) => {
      if (operation === 'create:Deals') begun.resolve()
    }
    const running = makeClient(gateway.url, stage.key).sell(SALE)
    await begun.promise
    process.kill(gateway.pid, 'SIGTERM')
    await closed
    assert.equal((await running)?.status, 200)
    assert.equal(await gateway.ended, 0)
  })
})

function isReused({ isReused: reused }: Told): boolean {
  return reused
}
