// The metrics of a real process: on a port of their own, or on that of the API.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { describe, it } from 'node:test'
import { startHeard } from '../../support/gateway/heard-gateway.ts'
import { makeFolder, runGateway } from '../../support/gateway/run-gateway.ts'
import { parseScrape } from '../../support/gateway/scrape.ts'

/** Metrics of the process that both runtimes have. */
const OF_PROCESS = [
  'process_cpu_seconds_total',
  'process_resident_memory_bytes',
  'process_start_time_seconds',
  'nodejs_eventloop_lag_seconds',
  'nodejs_eventloop_lag_p99_seconds',
  'nodejs_heap_size_used_bytes',
]

function settingsIn(folder: { readonly path: string }) {
  return { PORT: '0', DATA_DIR: folder.path, LOG_LEVEL: 'info' }
}

describe('A gateway with METRICS_PORT', () => {
  it('serves the metrics there, with those of the process, and not beside the API', async () => {
    await using folder = await makeFolder()
    await using gateway = await startHeard({ ...settingsIn(folder), METRICS_PORT: '0' })
    const [, port] = /"port":(\d+),"msg":"metrics served"/.exec(gateway.said()) ?? []
    const answer = await fetch(`http://127.0.0.1:${port}/metrics`)
    assert.equal(answer.status, 200)
    const { value } = parseScrape(await answer.text())
    for (const name of OF_PROCESS) assert.ok(value(name) >= 0, name)
    assert.ok(value('process_resident_memory_bytes') > 10_000_000)
    assert.ok(value('gateway_commits_total') >= 1)
    assert.ok(value('gateway_wal_bytes') > 0)
    const beside = await fetch(`${gateway.url}/metrics`)
    assert.equal(beside.status, 404)
    await gateway.end('SIGTERM')
    await assert.rejects(fetch(`http://127.0.0.1:${port}/metrics`))
  })

  it('does not start where the port is taken, and says by which setting', async () => {
    await using folder = await makeFolder()
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const address = other.address()
    const port = typeof address === 'object' && address !== null ? address.port : assert.fail()
    const settings = { ...settingsIn(folder), METRICS_PORT: String(port) }
    const { code, stderr } = await runGateway(['serve'], settings)
    other.close()
    assert.equal(code, 1)
    assert.match(stderr, new RegExp(`127.0.0.1:${port} cannot be listened on. .*METRICS_PORT`))
  })
})

describe('A gateway without METRICS_PORT', () => {
  it('serves the metrics beside the API, to this machine', async () => {
    await using folder = await makeFolder()
    await using gateway = await startHeard(settingsIn(folder))
    const answer = await fetch(`${gateway.url}/metrics`)
    assert.equal(answer.status, 200)
    assert.equal(parseScrape(await answer.text()).value('gateway_breaker_open'), 0)
    const headers = { 'x-forwarded-for': '127.0.0.1' }
    assert.equal((await fetch(`${gateway.url}/metrics`, { headers })).status, 404)
  })
})
