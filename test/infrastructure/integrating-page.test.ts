// Runs every example of docs/integrating.md against a service on a port.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { describe, it } from 'node:test'
import { holdAt, live, PATIENT, post, SALE, SUCCESS } from '../support/gateway/http-requests.ts'
import { listen } from '../support/gateway/raw-request.ts'
import { makeFolder, type Run, run } from '../support/gateway/run-gateway.ts'
import { makeTestService, type TestService } from '../support/gateway/test-service.ts'
import { makeTrueTestTime } from '../support/time/test-time.ts'

const PAGE = readFileSync('docs/integrating.md', 'utf8')

type Block = { readonly language: string; readonly text: string }

/** The blocks of code of a text, in order. */
function blocksIn(text: string): readonly Block[] {
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = '', code = '']) => ({
    language,
    text: code,
  }))
}

/** What is between this heading and the next one. */
function underHeading(heading: string): readonly Block[] {
  const [, after = assert.fail(`no ${heading}`)] = PAGE.split(`\n${heading}\n`)
  return blocksIn(after.split(/^#{2,3} /m)[0] ?? '')
}

const noPython =
  spawnSync('python3', ['--version']).status === 0 ? false : 'there is no python3 here'

type Program = {
  readonly heading: string
  readonly file: string
  readonly command: readonly string[]
  readonly skip: string | false
}

const TYPESCRIPT = 'Deno' in globalThis ? ['run', '--allow-net', '--allow-env'] : []

/** The programs that sell, each in its language. */
const PROGRAMS: readonly Program[] = [
  { heading: '### curl', file: 'sell.sh', command: ['sh', '-u'], skip: false },
  {
    heading: '### TypeScript',
    file: 'sell.ts',
    command: [process.execPath, ...TYPESCRIPT],
    skip: false,
  },
  { heading: '### Python', file: 'sell.py', command: ['python3', '-W', 'error'], skip: noPython },
]

/** What each program sells. */
const ORDER = { ...SALE, products: SALE.products.slice(0, 1) }

/** A service on a port, and the settings with which an example finds it. */
async function makeStage() {
  const t = await makeTestService(PATIENT, { time: makeTrueTestTime() })
  const GATEWAY = `http://127.0.0.1:${await listen(t)}`
  const KEY = await t.key('web-shop', 'contacts:read', 'sales:create', 'sales:read')
  return { t, environment: { GATEWAY, KEY } }
}

/** Runs a program of the page as its reader would: as a file, in an empty folder. */
async function runProgram(
  { heading, file, command }: Program,
  environment: Readonly<Record<string, string>>,
): Promise<Run> {
  const [block] = underHeading(heading)
  await using folder = await makeFolder()
  await writeFile(path.join(folder.path, file), block?.text ?? '')
  const line = ['cd "$0" && exec "$@"', folder.path, ...command, file]
  // Without await the folder would be gone first.
  return await run('sh', ['-c', ...line], environment)
}

/** The text with `…` for what differs each time, as an expression. */
function asPattern(text: string): RegExp {
  const parts = text.trim().split('…')
  const escaped = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${escaped.join('[\\s\\S]*')}$`)
}

/** How each sale of the service ended. */
async function endings(t: TestService): Promise<readonly string[]> {
  const { sales } = await t.store.saleReader.list({ limit: 9 })
  return sales.map(({ status }) => status)
}

/** Cuts the first answer to a sale that was made: it is lost on its way. Returns all statuses so far. */
function loseFirstSuccess(t: TestService): readonly number[] {
  const statuses: number[] = []
  t.server.server.prependListener('request', (request, response) => {
    if (request.url !== '/createSales') return
    const end = response.end.bind(response) as (...given: unknown[]) => unknown
    Object.assign(response, {
      end(...given: unknown[]) {
        const isLost = response.statusCode === 200 && !statuses.includes(200)
        statuses.push(response.statusCode)
        return isLost ? response.destroy() : end(...given)
      },
    })
  })
  return statuses
}

// The programs wait more than they work.
describe('The page for integrators', { concurrency: true }, () => {
  it('shows first calls that print what the page says', async () => {
    const { t, environment } = await makeStage()
    await using _ = t
    const blocks = underHeading('## First calls')
    assert.equal(blocks.length, 6)
    for (let i = 0; i < blocks.length; i += 2) {
      const [call, printed] = [blocks[i], blocks[i + 1]]
      assert.deepEqual([call?.language, printed?.language], ['sh', 'text'])
      const { code, stdout, stderr } = await run('sh', ['-euc', call?.text ?? ''], environment)
      assert.equal(code, 0, stderr)
      assert.match(stdout.replaceAll('\r', '').trim(), asPattern(printed?.text ?? ''))
    }
  })

  it('has no example that is not run here', () => {
    const tested = ['## First calls', ...PROGRAMS.map(({ heading }) => heading)].flatMap(
      underHeading,
    )
    const all = blocksIn(PAGE).filter(({ language }) => language !== 'json')
    assert.deepEqual(all, tested)
  })

  for (const program of PROGRAMS) {
    describe(`has in ${program.heading.slice(4)} a program that`, { skip: program.skip }, () => {
      it('makes a sale', async () => {
        const { t, environment } = await makeStage()
        await using _ = t
        const { code, stdout, stderr } = await runProgram(program, environment)
        assert.deepEqual([code, stderr], [0, ''])
        const { sales } = await t.store.saleReader.list({ limit: 9 })
        assert.deepEqual(await endings(t), ['completed'])
        assert.match(stdout, new RegExp(String(sales[0]?.saleId)))
        assert.match(stdout, /"status":"success"|"sold": ?true/)
      })

      it('names the step of a sale that failed, and makes no second one of its order', async () => {
        const { t, environment } = await makeStage()
        await using _ = t
        t.fake.faults.add({ operation: 'create:Quotes', kind: { type: 'refuse' } })
        for (const time of ['first', 'replayed']) {
          const { code, stdout, stderr } = await runProgram(program, environment)
          assert.deepEqual([code, stderr], [0, ''], time)
          assert.match(stdout, /"status":"failed"|"sold": ?false/)
          assert.match(stdout, /quote/)
        }
        assert.deepEqual(await endings(t), ['rolled_back'])
      })

      it('waits while the sale is still running, and asks again where its answer is lost, until it knows', async () => {
        const { t, environment } = await makeStage()
        await using _ = t
        const statuses = loseFirstSuccess(t)
        // An earlier run of the program began the sale, and died.
        const held = holdAt(t, 'create:Deals')
        const earlier = post(t, environment.KEY, ORDER, { 'idempotency-key': 'order-4711' })
        await held.arrived()
        const running = runProgram(program, environment)
        await t.time.until('it was told to wait', () => statuses.includes(409))
        held.release()
        assert.equal((await earlier).body, SUCCESS)
        const { code, stdout } = await running
        assert.equal(code, 0)
        assert.match(stdout, /"status":"success"|"sold": ?true/)
        // The first 200 was lost.
        assert.deepEqual([...new Set(statuses)], [409, 200])
        assert.equal(statuses.filter((status) => status === 200).length, 2)
        assert.deepEqual([await endings(t), live(t)], [['completed'], [1, 1, 1]])
      })

      it('gives up at once where the request is wrong', async () => {
        const { t, environment } = await makeStage()
        await using _ = t
        const { stdout, stderr } = await runProgram(program, { ...environment, KEY: 'wrong' })
        assert.match(stdout + stderr, /Invalid or missing API key\./)
        assert.deepEqual(await endings(t), [])
      })
    })
  }
})
