import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { describe, it } from 'node:test'
import { environmentOf, gatewayCommand } from '../../src/infrastructure/demo/gateway-process.ts'
import { makeFolder } from '../support/gateway/run-gateway.ts'

/** A file that is always full (`man 4 full`). */
const FULL = '/dev/full'

const ADDRESS = /http:\/\/127\.0\.0\.1:\d+/

describe('A gateway whose output goes to a file on a full disk', () => {
  for (const full of ['stdout', 'stderr'] as const) {
    it(`serves all the same when that is its ${full}`, async (t) => {
      if (process.platform !== 'linux') return t.skip(`there is no ${FULL} here`)
      await using folder = await makeFolder()
      const settings = { PORT: '0', DATA_DIR: folder.path, LOG_LEVEL: 'debug' }
      const { file, args } = gatewayCommand(['serve'])
      const script = `exec "$@" ${full === 'stdout' ? '>' : '2>'}${FULL}`
      const child = spawn('sh', ['-c', script, 'sh', file, ...args], {
        env: environmentOf(settings),
      })
      const ended = once(child, 'exit')
      const url = await Promise.race([
        addressIn(full === 'stdout' ? child.stderr : child.stdout),
        ended,
      ])
      assert.ok(typeof url === 'string', 'it ended')
      for (let times = 0; times < 3; times += 1) {
        const answer = await fetch(`${url}/getContact`)
        assert.equal(answer.status, 401)
      }
      process.kill(child.pid ?? assert.fail(), 'SIGTERM')
      assert.equal((await ended)[0], 0)
    })
  }
})

async function addressIn(stream: NodeJS.ReadableStream): Promise<string | undefined> {
  let said = ''
  for await (const chunk of stream) {
    said += chunk
    const address = ADDRESS.exec(said)?.[0]
    if (address === undefined) continue
    return address
  }
  return undefined
}
