import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { describe, it } from 'node:test'
import { referenceOf } from '../../../src/domain/sale/reference.ts'
import { gatewayCommand } from '../../../src/infrastructure/demo/gateway-process.ts'
import { openStore } from '../../../src/infrastructure/service/open-store.ts'
import { factsOf, leaveSale, makeFake } from '../../support/examples/left-sale.ts'
import { rolledBack } from '../../support/examples/sale-examples.ts'
import { saleIdOf } from '../../support/examples/store-examples.ts'
import { makeFolder, runGateway } from '../../support/gateway/run-gateway.ts'

/** Starts `gateway zoho fake`. Gives a folder, and the settings of a gateway in front of it. */
async function startFake() {
  const folder = await makeFolder()
  const { file, args } = gatewayCommand(['zoho', 'fake'])
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const [line] = await once(child.stdout, 'data')
  const url = String(line).trim()
  const settings: Readonly<Record<string, string>> = {
    DATA_DIR: folder.path,
    CRM: 'zoho',
    ZOHO_ACCOUNTS_URL: url,
    ZOHO_API_URL: url,
    ZOHO_CLIENT_ID: 'a',
    ZOHO_CLIENT_SECRET: 'b',
    ZOHO_REFRESH_TOKEN: 'c',
  }
  return {
    url,
    settings,
    gateway: (args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
      runGateway(args, { ...settings, ...more }),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
      await folder[Symbol.asyncDispose]()
    },
  }
}

/** Creates a Deal with this reference, as anybody with a token could, and returns its id. */
async function createDeal(url: string, reference: string): Promise<string> {
  const grant = 'grant_type=refresh_token&client_id=a&client_secret=b&refresh_token=c'
  const granted = await fetch(`${url}/oauth/v2/token?${grant}`, { method: 'POST' })
  const token = textAt(await granted.json(), 'access_token')
  const fields = { Deal_Name: 'D', Stage: 'Qualification', Closing_Date: '2030-01-31' }
  const response = await fetch(`${url}/crm/v8/Deals`, {
    method: 'POST',
    headers: { authorization: `Zoho-oauthtoken ${token}` },
    body: JSON.stringify({ data: [{ ...fields, Gateway_Reference: reference }] }),
  })
  return textAt(await response.json(), 'data', 0, 'details', 'id')
}

/** The text at this path of a JSON value. */
function textAt(value: unknown, ...path: readonly (string | number)[]): string {
  let inner = value
  for (const key of path) inner = Object(inner)[key]
  assert.ok(typeof inner === 'string', `no text at ${path.join('.')}`)
  return inner
}

describe('gateway zoho', () => {
  it('checks a Zoho that has all it needs, as text and as JSON', async () => {
    await using zoho = await startFake()
    const read = await zoho.gateway(['zoho', 'check'])
    assert.equal(read.code, 0, read.stdout + read.stderr)
    const lines = read.stdout.trim().split('\n')
    assert.ok(lines.slice(0, -1).every((line) => line.startsWith('ok ')))
    assert.match(lines.at(-1) ?? '', /^not tried: the rights to create and delete records; --write/)

    const written = await zoho.gateway(['zoho', 'check', '--write', '--json'])
    assert.equal(written.code, 0, written.stdout + written.stderr)
    const findings = JSON.parse(written.stdout)
    assert.ok(findings.length > lines.length)
    for (const finding of findings) {
      assert.deepEqual(Object.keys(finding), ['check', 'ok', 'remedy'])
      assert.deepEqual([finding.ok, finding.remedy], [true, null])
    }
  })

  it('checks the fake in memory when that is the CRM', async () => {
    await using folder = await makeFolder()
    const settings = { DATA_DIR: folder.path }
    const { code, stdout } = await runGateway(['zoho', 'check', '--write'], settings)
    assert.equal(code, 0, stdout)
    assert.match(stdout, /^ok +Deals seen to be gone$/m)
  })

  it('reports what is missing, creates it, and then finds nothing missing', async () => {
    await using zoho = await startFake()
    const named = { ZOHO_REFERENCE_FIELD: 'Sale_Mark' }
    const before = await zoho.gateway(['zoho', 'check'], named)
    assert.equal(before.code, 1)
    assert.match(before.stdout, /^MISSING {2}reference field Deals\.Sale_Mark: Create it: /m)
    const first = await zoho.gateway(['zoho', 'setup'], named)
    assert.deepEqual([first.code, first.stdout.match(/^created /gm)?.length], [0, 3])
    const second = await zoho.gateway(['zoho', 'setup'], named)
    assert.deepEqual([second.code, second.stdout.match(/^ok /gm)?.length], [0, 3])
    assert.equal((await zoho.gateway(['zoho', 'check'], named)).code, 0)
  })

  it('lists orphans, and ends with 1 when there is one', async () => {
    await using zoho = await startFake()
    const clean = await zoho.gateway(['zoho', 'orphans', '--json'])
    assert.deepEqual([clean.code, JSON.parse(clean.stdout)], [0, []])

    const unknown = await createDeal(zoho.url, referenceOf(saleIdOf(2), 'deal'))
    const unknownOnly = await zoho.gateway(['zoho', 'orphans'])
    assert.equal(unknownOnly.code, 0)
    assert.match(unknownOnly.stdout, new RegExp(`^unknown +Deals +${unknown} +\\S+:deal\n$`))

    const store = await openStore(path.join(zoho.settings['DATA_DIR'] ?? '', 'gateway.db'))
    const { requested, priced, failed } = factsOf({ idempotent: false })
    const place = { store, fake: makeFake() }
    await leaveSale(place, saleIdOf(1), [requested, priced, failed, rolledBack])
    await store.close()
    const orphan = await createDeal(zoho.url, referenceOf(saleIdOf(1), 'deal'))
    const found = await zoho.gateway(['zoho', 'orphans', '--json'])
    assert.equal(found.code, 1)
    const common = { module: 'Deals' }
    const lineOf = (kind: string, id: string, number: number) => {
      const saleId = saleIdOf(number)
      return { kind, ...common, id, reference: referenceOf(saleId, 'deal'), saleId }
    }
    assert.deepEqual(
      new Set(JSON.parse(found.stdout)),
      new Set([lineOf('unknown', unknown, 2), lineOf('orphan', orphan, 1)]),
    )
    assert.match(
      found.stderr,
      /^1 orphan that .*; 1 record of sales that are not in this log; 0 records of /,
    )
  })

  it('reports that Zoho cannot be reached, each time with 1', async () => {
    await using folder = await makeFolder()
    const nobody = 'http://127.0.0.1:1'
    const settings = {
      ...{ DATA_DIR: folder.path, CRM: 'zoho', ZOHO_ACCOUNTS_URL: nobody, ZOHO_API_URL: nobody },
      ...{ ZOHO_CLIENT_ID: 'a', ZOHO_CLIENT_SECRET: 'b', ZOHO_REFRESH_TOKEN: 'c' },
    }
    const check = await runGateway(['zoho', 'check'], settings)
    assert.equal(check.code, 1)
    assert.match(check.stdout, /^MISSING {2}access token: Try again, the CRM could not be asked/)
    const setup = await runGateway(['zoho', 'setup'], settings)
    assert.equal(setup.code, 1)
    assert.match(setup.stdout, /^By hand, as an administrator of Zoho CRM, in each of Deals, /m)
    const orphans = await runGateway(['zoho', 'orphans', '--json'], settings)
    assert.deepEqual([orphans.code, orphans.stdout], [1, '[]\n'])
    assert.match(orphans.stderr, /^the CRM was not read to the end: /)
  })

  // A command line and its settings. Each ends with 2 and one line about the reason.
  const WRONG: readonly (readonly [readonly string[], Readonly<Record<string, string>>])[] = [
    [['check', '--unknown'], {}],
    [['check', '--write', '--contact', 'x'], {}],
    [['orphans', 'all'], {}],
    [['setup'], { ZOHO_REFERENCE_FIELD: 'no field' }],
    [['check'], { CRM: 'zoho', ZOHO_DC: 'eu', ZOHO_CLIENT_ID: 'a', ZOHO_CLIENT_SECRET: 'b' }],
  ]
  for (const [args, settings] of WRONG) {
    it(`refuses "${args.join(' ')}" with ${JSON.stringify(settings)}`, async () => {
      const { code, stdout, stderr } = await runGateway(['zoho', ...args], settings)
      assert.deepEqual([code, stdout, stderr.trim().split('\n').length], [2, '', 1], stderr)
    })
  }
})
