import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, it } from 'node:test'
import { gatewayCommand } from '../../../src/infrastructure/demo/gateway-process.ts'
import { at, GRANT, replyOf } from './support.ts'

/** Runs `gateway zoho fake` with these arguments for as long as `use` takes. */
async function withCommand(
  args: readonly string[],
  use: (url: string) => Promise<void>,
): Promise<void> {
  const command = gatewayCommand(['zoho', 'fake', ...args])
  const fake = spawn(command.file, command.args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const [printed] = await once(fake.stdout, 'data')
  try {
    assert.match(String(printed), /^http:\/\/127\.0\.0\.1:\d+\n$/)
    await use(String(printed).trim())
  } finally {
    fake.kill('SIGTERM')
    await once(fake, 'exit')
  }
}

async function refresh(url: string, given: Readonly<Record<string, string>> = {}) {
  const body = new URLSearchParams({ ...GRANT, ...given })
  return replyOf(await fetch(`${url}/oauth/v2/token`, { method: 'POST', body }))
}

describe('gateway zoho fake', () => {
  it('accepts any credentials, has its control path, and refuses the eleventh refresh', async () => {
    await withCommand([], async (url) => {
      for (let refreshes = 0; refreshes < 10; refreshes += 1) {
        assert.equal(typeof at((await refresh(url)).body, 'access_token'), 'string')
      }
      assert.equal(at((await refresh(url)).body, 'error'), 'Access Denied')
      assert.equal((await refresh(url, { refresh_token: 'another' })).status, 200)
      const settings = await replyOf(await fetch(`${url}/__control/settings`))
      assert.equal(at(settings.body, 'refreshesMax'), 10)
      assert.equal(at(settings.body, 'coqlConcurrencyMax'), 10)
    })
  })

  it('accepts only the credentials that it is given', async () => {
    const args = [
      '--client-id',
      'client',
      '--client-secret',
      'secret',
      '--refresh-token',
      'refresh',
    ]
    await withCommand([...args, '--latency', '1'], async (url) => {
      assert.equal(typeof at((await refresh(url)).body, 'access_token'), 'string')
      for (const [name, error] of [
        ['client_id', 'invalid_client'],
        ['client_secret', 'invalid_client'],
        ['refresh_token', 'invalid_code'],
      ] as const) {
        assert.deepEqual((await refresh(url, { [name]: 'x' })).body, { error })
      }
      const settings = await replyOf(await fetch(`${url}/__control/settings`))
      assert.deepEqual(at(settings.body, 'latency'), { type: 'fixed', ms: 1 })
    })
  })
})
