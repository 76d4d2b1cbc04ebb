import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { gatewayCommand, startGateway } from '../../src/infrastructure/demo/gateway-process.ts'
import { countOf } from '../support/counts.ts'
import { makeFolder } from '../support/gateway/run-gateway.ts'
import { until } from '../support/time/until.ts'
import type { Ended, Kind, Plan, Report } from './slow-callers.ts'

const CALLERS = countOf('SLOW_CALLERS')
const KINDS_OF_CALLERS = 5
const EACH = Math.floor(CALLERS / KINDS_OF_CALLERS)
const TOO_MANY = 20

const KEEP_ALIVE_S = 15

/** The status and the seconds with which the connections of each kind end. Source: docs/operating.md. */
const LIMITS: Readonly<Record<Kind, readonly [status: string, seconds: number]>> = {
  slowHeader: ['408', 10],
  slowBody: ['408', 30],
  refusedBody: ['401', 30],
  silent: ['408', 10],
  idle: ['200', KEEP_ALIVE_S],
}

/** Node looks at its connections so often, and this machine has more to do. */
const CHECK_S = 5
const SLACK_S = 5

/** A good caller asks two gateways in turn, of which one is attacked: what the machine does meets both. */
const PAUSE_MS = 3
const SLICE_MS = 4_000
/** Twice as long as the longest limit. */
const SLICES_MAX = 18
const WARM_UP = 300

const TIMES_DEARER_MAX = 2

const CONTACT = '/getContact?email=info@poligonmuhendislik.com'

type Gateway = { readonly ask: () => Promise<number> }

async function start(folder: string) {
  const gateway = await startGateway({
    PORT: '0',
    DATA_DIR: folder,
    LOG_LEVEL: 'error',
    KEEP_ALIVE_MS: String(KEEP_ALIVE_S * 1_000),
    SOCKETS_PER_ADDRESS: String(EACH * KINDS_OF_CALLERS),
  })
  const key = /export KEY=(\S+)/.exec(gateway.lines.join('\n'))?.[1] ?? assert.fail()
  const port = Number(new URL(gateway.url).port)
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const ask = () => timeOf(`${gateway.url}${CONTACT}`, agent, key)
  return { gateway, key, port, ask }
}

/** Milliseconds from the request to the last byte of its answer. */
async function timeOf(url: string, agent: Agent, key: string): Promise<number> {
  const begin = performance.now()
  const asked = request(url, { agent, headers: { 'x-api-key': key } }).end()
  const [answer] = await once(asked, 'response')
  await once(answer.resume(), 'end')
  assert.equal(answer.statusCode, 200)
  return performance.now() - begin
}

/** Starts the slow callers; what they report grows until they are ended. */
function attack(plan: Plan) {
  const program = fileURLToPath(new URL('slow-callers.ts', import.meta.url))
  const { file, args } = gatewayCommand([JSON.stringify(plan)], program)
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let lines = ''
  let report: Report = { open: 0, ended: [] }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const whole = (lines + text).split('\n')
    lines = whole.pop() ?? ''
    const last = whole.at(-1)
    if (last !== undefined) report = JSON.parse(last)
  })
  return {
    report: () => report,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await once(child, 'close')
    },
  }
}

/** Asks both, each first in turn, until it is enough. */
async function askBoth(calm: Gateway, attacked: Gateway, isEnough: () => boolean) {
  const slices: { readonly calm: number[]; readonly attacked: number[] }[] = []
  while (!isEnough() && slices.length < SLICES_MAX) {
    const slice = { calm: [] as number[], attacked: [] as number[] }
    const askCalm = async () => void slice.calm.push(await calm.ask())
    const askAttacked = async () => void slice.attacked.push(await attacked.ask())
    const end = performance.now() + SLICE_MS
    while (performance.now() < end) {
      for (const ask of [askCalm, askAttacked, askAttacked, askCalm]) {
        await ask()
        await wait(PAUSE_MS)
      }
    }
    slices.push(slice)
  }
  return slices
}

function percentile(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b)
  return sorted[Math.floor(share * (sorted.length - 1))] ?? assert.fail()
}

function isClosedAtLimit({ kind, status, leastS, mostS }: Ended): boolean {
  const [wanted, seconds] = kind === 'tooMany' ? (['none', 0] as const) : LIMITS[kind]
  const checked = kind === 'tooMany' ? 0 : CHECK_S
  return status === wanted && leastS >= seconds - 1 && mostS <= seconds + checked + SLACK_S
}

describe(`${CALLERS} callers who hold their connections`, () => {
  it('are each closed at their limit, and a good caller waits no twice as long', async (t) => {
    await using folder = await makeFolder()
    const calm = await start(`${folder.path}/calm`)
    await using _calm = calm.gateway
    const attacked = await start(`${folder.path}/attacked`)
    await using _attacked = attacked.gateway
    for (let i = 0; i < WARM_UP; i += 1) {
      await calm.ask()
      await attacked.ask()
    }

    const { key, port } = attacked
    await using callers = attack({ port, key, each: EACH, tooMany: TOO_MANY })
    const isAll = () => callers.report().open >= EACH * KINDS_OF_CALLERS
    await until('all callers hold their connections', isAll)
    const countsEnded = (kind: Ended['kind']) =>
      callers.report().ended.reduce((sum, one) => sum + (one.kind === kind ? one.count : 0), 0)
    const areAllClosed = () =>
      (Object.keys(LIMITS) as Kind[]).every((kind) => countsEnded(kind) >= EACH)
    const slices = await askBoth(calm, attacked, areAllClosed)

    assert.ok(areAllClosed(), JSON.stringify(callers.report()))
    const { ended } = callers.report()
    for (const one of ended) {
      const { kind, status, count, leastS, mostS } = one
      const words = `${count} ${kind}: ${status} after ${leastS.toFixed(1)} to ${mostS.toFixed(1)} s`
      t.diagnostic(words)
      assert.ok(isClosedAtLimit(one), words)
    }
    assert.equal(countsEnded('tooMany'), TOO_MANY)
    const ratios = slices.map((slice) => {
      const [own, other] = [percentile(slice.attacked, 0.99), percentile(slice.calm, 0.99)]
      t.diagnostic(
        `${slice.calm.length} times: p99 ${own.toFixed(2)} ms attacked, ${other.toFixed(2)} ms calm`,
      )
      return own / other
    })
    const ratio = percentile(ratios, 0.5)
    t.diagnostic(`p99 is ${ratio.toFixed(2)} times that of a calm gateway`)
    assert.ok(ratio < TIMES_DEARER_MAX, `${ratio} times as long`)
  })
})
