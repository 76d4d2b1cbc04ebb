import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import process from 'node:process'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeClient } from '../../../src/infrastructure/demo/client.ts'
import { environmentOf, gatewayCommand } from '../../../src/infrastructure/demo/gateway-process.ts'
import { makeStage } from '../../../src/infrastructure/demo/stage.ts'
import { SALE } from '../../support/gateway/http-requests.ts'
import { makeFolder, run } from '../../support/gateway/run-gateway.ts'
import { until } from '../../support/time/until.ts'

/** Deno itself, and not what npm puts before it: that one dies of a signal and leaves Deno behind. */
const DENO = path.resolve('node_modules/deno/deno')

/** SIGHUP among the bits of `SigCgt` in `/proc/PID/status`, the caught signals. Node itself catches SIGTERM. */
const SIGHUP_BIT = 1n

/** What a shell adds to the number of the signal that ended a process, and SIGTERM's number. */
const ENDED_BY_SIGTERM = 128 + 15

type Started = {
  readonly child: ChildProcess
  readonly pid: number
  /** What it wrote so far to stdout and stderr. */
  said(): string
  /** The exit code, once the last process that writes into our pipes is gone. */
  readonly ended: Promise<number | null>
  [Symbol.asyncDispose](): Promise<void>
}

/** Starts a program, and all that it starts, in a process group of their own. */
function startGroup(
  file: string,
  args: readonly string[],
  settings: Readonly<Record<string, string>>,
): Started {
  const child = spawn(file, args, {
    env: environmentOf({ PORT: '0', ...settings }),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const pid = child.pid ?? assert.fail(`${file} was not started`)
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      said += text
    })
  }
  const ended = once(child, 'close').then(([code]) => code as number | null)
  return {
    child,
    pid,
    said: () => said,
    ended,
    async [Symbol.asyncDispose]() {
      try {
        process.kill(-pid, 'SIGKILL')
      } catch {
        // All of them are gone.
      }
      await ended
    },
  }
}

const isServing = (started: Started) => () => started.said().includes('"msg":"serving"')
const count = (text: string, part: string) => text.split(part).length - 1

describe('A gateway that was started as the documents say', () => {
  const WAYS = [
    { way: 'npm start', file: 'npm', args: ['start'], needs: undefined },
    { way: 'deno task start', file: DENO, args: ['task', 'start'], needs: DENO },
  ]
  for (const { way, file, args, needs } of WAYS) {
    for (const to of ['the first process', 'the whole group'] as const) {
      it(`stops in order, and once, when ${to} of "${way}" gets SIGTERM`, async (t) => {
        if (needs !== undefined && !existsSync(needs)) return t.skip(`there is no ${needs}`)
        await using folder = await makeFolder()
        await using started = startGroup(file, args, { DATA_DIR: folder.path })
        await until('it serves', isServing(started))
        process.kill(to === 'the whole group' ? -started.pid : started.pid, 'SIGTERM')
        // Where the service is left behind, it keeps the pipes open, and this waits too long.
        await until('all processes are gone', () => started.child.stdout?.readableEnded === true)
        await started.ended
        assert.equal(count(started.said(), '"signal":"SIGTERM"'), 1)
        assert.equal(count(started.said(), '"reason":"stop"'), 1)
      })
    }
  }
})

describe('A command through "deno task"', () => {
  for (const args of [['--help'], ['--', '--help'], ['keys', '--help']]) {
    it(`prints its help: ${args.join(' ')}`, async (t) => {
      if (!existsSync(DENO)) return t.skip(`there is no ${DENO}`)
      const { code, stdout } = await run(DENO, ['task', 'gateway', ...args])
      assert.equal(code, 0)
      assert.match(stdout, /^Usage: gateway /)
    })
  }
})

describe('A signal', () => {
  it('that comes again within a second is the same one, and ends the process at once after that', async () => {
    await using folder = await makeFolder()
    const { file, args } = gatewayCommand(['serve'])
    const settings = { DATA_DIR: folder.path, SHUTDOWN_DELAY_MS: '600000' }
    await using started = startGroup(file, args, settings)
    await until('it serves', isServing(started))
    for (let times = 0; times < 3; times += 1) process.kill(started.pid, 'SIGTERM')
    await until('it stops', () => started.said().includes('"signal":"SIGTERM"'))
    const url = /http:\/\/[\d.:]+/.exec(started.said())?.[0]
    assert.equal((await fetch(`${url}/readyz`)).status, 503)
    await sleep(1_100)
    process.kill(started.pid, 'SIGTERM')
    assert.equal(await started.ended, ENDED_BY_SIGTERM)
    assert.equal(count(started.said(), '"signal":"SIGTERM"'), 1)
  })

  it('SIGHUP lets a running sale end, as SIGTERM does', async () => {
    await using stage = await makeStage({ latencyMs: 150, settleMs: 200 })
    await using gateway = await stage.start()
    const quoteSeen = Promise.withResolvers<void>()
    stage.fake.hooks.before = (operation) => {
      if (operation === 'create:Quotes') quoteSeen.resolve()
    }
    const running = makeClient(gateway.url, stage.key).sell(SALE)
    await quoteSeen.promise
    process.kill(gateway.pid, 'SIGHUP')
    assert.equal((await running)?.status, 200)
    assert.equal(await gateway.ended, 0)
  })

  it('during the start ends it before it serves, also while it waits for the CRM', async () => {
    await using folder = await makeFolder()
    const called = Promise.withResolvers<void>()
    const silent = createServer(() => called.resolve()).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const address = silent.address()
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : assert.fail()}`
    const { file, args } = gatewayCommand(['serve'])
    await using started = startGroup(file, args, {
      DATA_DIR: folder.path,
      CRM: 'zoho',
      ZOHO_ACCOUNTS_URL: url,
      ZOHO_API_URL: url,
      ZOHO_CLIENT_ID: 'a',
      ZOHO_CLIENT_SECRET: 'b',
      ZOHO_REFRESH_TOKEN: 'c',
    })
    await called.promise
    process.kill(started.pid, 'SIGTERM')
    assert.equal(await started.ended, 0)
    assert.match(started.said(), /"signal":"SIGTERM","msg":"stopped before it served"/)
    assert.ok(!started.said().includes('"msg":"serving"'))
    silent.close()
  })

  it('ends the first process of a container, during the start and when it serves', async (t) => {
    const own = ['--fork', '--pid', '--kill-child']
    if (!(await canRun('unshare', [...own, 'true'])))
      return t.skip('no process namespace to be had')
    for (const when of ['it starts', 'it serves'] as const) {
      await using folder = await makeFolder()
      const { file, args } = gatewayCommand(['serve'])
      await using started = startGroup('unshare', [...own, file, ...args], {
        DATA_DIR: folder.path,
      })
      await until('it is there', () => childOf(started.pid) !== undefined)
      const first = childOf(started.pid) ?? assert.fail()
      await until(when, when === 'it starts' ? () => isCaught(first) : isServing(started))
      process.kill(first, 'SIGTERM')
      assert.equal(await started.ended, 0)
      assert.equal(count(started.said(), '"signal":"SIGTERM"'), 1)
    }
  })
})

/** Whether the gateway catches the signals by now. Before its own program runs, the process is a copy of this one. */
function isCaught(pid: number): boolean {
  const [, bits = '0'] = /^SigCgt:\s*([0-9a-f]+)$/m.exec(read(`/proc/${pid}/status`)) ?? []
  const isGateway = read(`/proc/${pid}/cmdline`).includes('gateway.js')
  return isGateway && (BigInt(`0x${bits}`) & SIGHUP_BIT) !== 0n
}

/** A file, and nothing where the process is gone. Deno itself lets no program read in `/proc`. */
function read(file: string): string {
  try {
    return execFileSync('cat', [file], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  } catch {
    return ''
  }
}

/** The process that this one has started. */
function childOf(pid: number): number | undefined {
  const pids = read(`/proc/${pid}/task/${pid}/children`).trim()
  return pids === '' ? undefined : Number(pids.split(' ')[0])
}

async function canRun(file: string, args: readonly string[]): Promise<boolean> {
  const child = spawn(file, args, { stdio: 'ignore' })
  const [code] = await Promise.race([once(child, 'close'), once(child, 'error').then(() => [1])])
  return code === 0
}
