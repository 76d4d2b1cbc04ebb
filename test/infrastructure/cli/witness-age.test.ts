import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import path from 'node:path'
import { describe, it } from 'node:test'
import type { Witnessed } from '../../../src/application/checkpoints/witness.ts'
import { makeSignedCheckpoint } from '../../../src/domain/log/checkpoint.ts'
import { leafHash } from '../../../src/domain/log/hash.ts'
import { plusMs } from '../../../src/domain/time.ts'
import {
  type Look,
  whyFailed,
  witnessJson,
  witnessLine,
} from '../../../src/infrastructure/cli/audit/witness-words.ts'
import { now } from '../../support/examples/sale-examples.ts'
import { makeFolder, runGateway } from '../../support/gateway/run-gateway.ts'
import { keyOf, signer } from '../../support/log/audit-log.ts'

const HOUR_MS = 3_600_000
const OLD = '2026-01-01T00:00:00.000Z'

const seen = makeSignedCheckpoint(signer, {
  number: 4,
  size: 1,
  root: leafHash(Buffer.from('event')),
  at: now,
  reason: 'hour',
})
const result: Witnessed = { ok: true, kept: '', seen, before: seen, key: keyOf(signer) }

function lookAfter(ms: number, maxAgeMs?: number): Look {
  return { result, at: plusMs(now, ms), maxAgeMs }
}

describe('The age of the newest checkpoint', () => {
  it('is any where none is promised, and a program is told it', () => {
    const look = lookAfter(100 * HOUR_MS)
    assert.equal(whyFailed(look), undefined)
    assert.match(witnessLine(look), /over 1\.$/)
    const json = witnessJson(look)
    assert.deepEqual([json.ok, 'ageMs' in json && json.ageMs], [true, 100 * HOUR_MS])
  })

  it('is said where it may be so old, to the last millisecond', () => {
    const look = lookAfter(2 * HOUR_MS, 2 * HOUR_MS)
    assert.equal(whyFailed(look), undefined)
    assert.match(witnessLine(look), /^The log only grew: .*\. It is 2 h old\.$/)
  })

  it('is a failure beyond that, with the time at which it was signed', () => {
    const look = lookAfter(2 * HOUR_MS + 1, 2 * HOUR_MS)
    const why = `the newest checkpoint, number 4 of ${new Date(now).toISOString()}, is 2 h old: more than 2 h`
    assert.equal(witnessLine(look), `FAILED: ${why}.`)
    const json = witnessJson(look)
    assert.deepEqual(
      [json.ok, json.why, 'ageMs' in json && json.ageMs],
      [false, why, 2 * HOUR_MS + 1],
    )
    assert.equal('seen' in json && json.seen.number, 4)
  })

  it('is none where the clock of the gateway is ahead', () => {
    assert.match(witnessLine(lookAfter(-5, HOUR_MS)), / It is 0 ms old\.$/)
  })

  it('is the exit code of the command, which keeps what it saw all the same', async () => {
    await using folder = await makeFolder()
    const { note } = makeSignedCheckpoint(signer, { ...seen, at: Date.parse(OLD) as typeof now })
    const server = createServer((_request, response) => {
      response.setHeader('log-key', signer.vkey)
      response.end(note)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    const args = ['audit', 'witness', '--url', `http://127.0.0.1:${port}`, '--state']
    const see = (...more: string[]) =>
      runGateway([...args, path.join(folder.path, 'seen'), ...more], { GATEWAY_API_KEY: 'k' })
    const old = await see('--max-age', '2h')
    assert.equal(old.code, 1, old.stderr)
    assert.match(
      old.stdout,
      /^FAILED: .* of 2026-01-01T00:00:00.000Z, is \d+ d.* old: more than 2 h\.\n$/,
    )
    assert.equal((await see('--max-age', '9999d')).code, 0)
    const { code, stderr } = await see('--max-age', '2 hours')
    assert.deepEqual([code, stderr.includes('such as 90m, 2h or 1d')], [2, true])
    server.close()
  })
})
