// Runs `npm run demo:many` for a moment, and without the packages that it needs.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { copyFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'
import { makeFakeZoho } from '../../src/adapters/fake-zoho/fake-zoho.ts'
import { environmentOf, gatewayCommand } from '../../src/infrastructure/demo/gateway-process.ts'
import { COLUMNS_MAX } from '../../src/infrastructure/demo/screen.ts'
import { REFERENCE_FIELD } from '../../src/infrastructure/demo/stage.ts'
import { makeFolder } from '../support/gateway/run-gateway.ts'
import { inTheCrm, wrongAnswer } from './many/verdict.ts'

const ENTRY = path.resolve('test/load/many/demo-many.ts')

type Ran = { readonly code: number; readonly stdout: string; readonly stderr: string }

async function run(args: readonly string[], folder: string, entry = ENTRY): Promise<Ran> {
  const { promise, resolve } = Promise.withResolvers<Ran>()
  const command = gatewayCommand(args, entry)
  const env = environmentOf({ TMPDIR: folder })
  execFile(command.file, command.args, { env }, (error, stdout, stderr) =>
    resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
  )
  return promise
}

describe('demo:many', () => {
  it('kills a gateway, and shows that no sale was lost, doubled or left half-made', async () => {
    await using folder = await makeFolder()
    const { code, stdout, stderr } = await run(['--seconds', '1'], folder.path)
    assert.deepEqual([code, stderr], [0, ''], stdout)
    assert.match(
      stdout,
      /^ +\d+\.\d s {2}gateway 1 was killed; \d+ complete, \d+ rolled back, \d+ open$/m,
    )
    assert.match(stdout, /^ +\d+\.\d s {2}gateway 1 serves again; /m)
    const [, asked, answered] =
      /^ {2}Callers (\d+) sales asked for, (\d+) answered$/m.exec(stdout) ?? []
    const [, completed, rolledBack] =
      /^ {2}Log +(\d+) completed, (\d+) rolled back$/m.exec(stdout) ?? []
    assert.equal(answered, asked)
    assert.equal(Number(completed) + Number(rolledBack), Number(asked))
    assert.ok(Number(asked) >= 12, 'each caller asked for one')
    assert.match(stdout, /^ {2}Audit +audit verify: nothing is wrong$/m)
    assert.match(stdout, /^1 kill, and no sale was lost, doubled or left half-made\.$/m)
    assert.ok(!stdout.includes('\u001b'))
    assert.deepEqual(
      stdout.split('\n').filter((line) => line.length > COLUMNS_MAX),
      [],
    )
    assert.deepEqual(readdirSync(folder.path), [])
  })

  it('says in one line what is missing where only the packages of production are there', async () => {
    await using folder = await makeFolder()
    const entry = path.join(folder.path, 'demo-many.ts')
    copyFileSync(ENTRY, entry)
    const { code, stdout, stderr } = await run([], folder.path, entry)
    assert.deepEqual([code, stdout], [1, ''])
    assert.equal(stderr, 'demo:many needs PostgreSQL from the packages for development: npm ci\n')
  })
})

describe('The verdict of demo:many', () => {
  const WHOLE = '01a228b4-8641-77a9-8d60-3adb492e6ff1'
  const GONE = '01a228b4-8641-77a9-8d60-3adb492e6ff2'
  const statuses = new Map([
    [WHOLE, 'completed'],
    [GONE, 'rolled_back'],
  ])

  it('finds a record that is left, missing or there twice', () => {
    const fake = makeFakeZoho({
      now: () => 0,
      sleep: async () => {},
      referenceField: REFERENCE_FIELD,
      latencyMs: 0,
    })
    const steps = { Deals: 'deal', Quotes: 'quote', Sales_Orders: 'salesOrder' } as const
    const add = (module: keyof typeof steps, id: string, saleId: string) =>
      fake.records.add(module, { id, [REFERENCE_FIELD]: `${saleId}:${steps[module]}` })
    for (const module of ['Deals', 'Quotes', 'Sales_Orders'] as const) add(module, '71', WHOLE)
    assert.deepEqual(inTheCrm({ fake }, statuses), { records: 1, wrong: [] })
    add('Quotes', '72', GONE)
    fake.records.remove('Deals', '71')
    add('Sales_Orders', '73', WHOLE)
    assert.deepEqual(inTheCrm({ fake }, statuses).wrong, [
      `${WHOLE} is completed and has 0 Deals`,
      `${GONE} is not completed and has 1 Quotes left`,
      `${WHOLE} is completed and has 2 Sales_Orders`,
    ])
  })

  it('finds an answer that the log does not have', () => {
    const answer = { saleId: WHOLE, status: 200, ms: 1 }
    assert.deepEqual(wrongAnswer(answer, statuses), [])
    assert.deepEqual(wrongAnswer({ ...answer, saleId: GONE, status: 500 }, statuses), [])
    assert.equal(wrongAnswer({ ...answer, saleId: GONE }, statuses).length, 1)
    assert.equal(wrongAnswer({ ...answer, status: 500 }, statuses).length, 1)
    assert.equal(wrongAnswer({ ...answer, saleId: null }, statuses).length, 1)
  })
})
