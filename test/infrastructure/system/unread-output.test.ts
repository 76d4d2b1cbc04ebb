import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { makeClient } from '../../../src/infrastructure/demo/client.ts'
import { environmentOf, gatewayCommand } from '../../../src/infrastructure/demo/gateway-process.ts'
import { SALE } from '../../support/gateway/http-requests.ts'
import { makeFolder, run, runGateway } from '../../support/gateway/run-gateway.ts'

/** A log line of some 200 bytes each. Pipe, socket and the stream of this process take 300 KiB of them at most. */
const REQUESTS = 4_000
const CALLERS = 20

describe('A gateway whose stderr is not read', () => {
  it('answers thousands of requests, makes a sale, and stops at SIGTERM', async () => {
    await using folder = await makeFolder()
    const { file, args } = gatewayCommand(['serve'])
    const child = spawn(file, args, {
      env: environmentOf({ PORT: '0', DATA_DIR: folder.path }),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const exited = once(child, 'exit')
    try {
      const said = String((await once(child.stdout, 'data'))[0])
      const url = /http:\/\/\S+/.exec(said)?.[0] ?? ''
      let left = REQUESTS
      const call = async () => {
        while (left > 0) {
          left -= 1
          assert.equal((await fetch(`${url}/getContact`)).status, 401)
        }
      }
      await Promise.all(Array.from({ length: CALLERS }, call))
      const client = makeClient(url, /export KEY=(\S+)/.exec(said)?.[1] ?? '')
      assert.equal((await client.sell(SALE))?.status, 200)
      process.kill(child.pid ?? assert.fail(), 'SIGTERM')
      assert.equal((await exited)[0], 0)
    } finally {
      child.kill('SIGKILL')
    }
  })
})

describe('A process that ends right after it has logged', () => {
  it('waits for a reader who is late, so that no line is lost', async () => {
    const entry = fileURLToPath(new URL('log-and-exit.ts', import.meta.url))
    const { file, args } = gatewayCommand([], entry)
    const script = '"$@" 2>&1 | (sleep 0.2; tail -n 1)'
    const { stdout } = await run('sh', ['-c', script, 'sh', file, ...args])
    assert.equal(JSON.parse(stdout).line, 3_000)
  })
})

describe('A command whose reader has gone', () => {
  const COMMANDS = [
    ['--help'],
    ['sales', 'list'],
    ['keys', 'list'],
    ['keys', 'create', '--name', 'acme', '--scope', 'admin'],
    ['audit', 'verify'],
    ['audit', 'checkpoint'],
    ['mail', 'test'],
    ['zoho', 'check'],
    ['zoho', 'orphans'],
  ]
  for (const args of COMMANDS) {
    it(`ends quietly: ${args.join(' ')}`, async () => {
      await using folder = await makeFolder()
      const settings = { DATA_DIR: folder.path }
      await runGateway(['audit', 'checkpoint', '--create'], settings)
      const heard = await runGateway(args, settings)
      const { code, stderr } = await unheard(args, settings)
      assert.notEqual(code, 2, stderr)
      assert.doesNotMatch(stderr, /EPIPE|at .*:\d+/)
      assert.equal(code, heard.code)
    })
  }

  it('has done what it was asked to do', async () => {
    await using folder = await makeFolder()
    const settings = { DATA_DIR: folder.path }
    await unheard(['keys', 'create', '--name', 'acme', '--scope', 'admin', '--create'], settings)
    assert.match((await runGateway(['keys', 'list'], settings)).stdout, /acme/)
  })
})

/** Runs a command into a pipe that nobody reads. */
async function unheard(args: readonly string[], settings: Readonly<Record<string, string>>) {
  const { file, args: all } = gatewayCommand(args)
  const child = spawn(file, all, {
    env: environmentOf(settings),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child.stdout.destroy()
  let stderr = ''
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const [code] = await once(child, 'close')
  return { code, stderr }
}
