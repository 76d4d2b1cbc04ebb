import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import process from 'node:process'
import { describe, it } from 'node:test'
import SqliteDatabase from 'better-sqlite3'
import { referenceOf } from '../../../src/domain/sale/reference.ts'
import { environmentOf, gatewayCommand } from '../../../src/infrastructure/demo/gateway-process.ts'
import { openStore } from '../../../src/infrastructure/service/open-store.ts'
import { factsOf, leaveSale, makeFake } from '../../support/examples/left-sale.ts'
import { rolledBack } from '../../support/examples/sale-examples.ts'
import { saleIdOf } from '../../support/examples/store-examples.ts'
import { makeFolder, runGateway } from '../../support/gateway/run-gateway.ts'
import { until } from '../../support/time/until.ts'

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
    const { host } = new URL(zoho.url)
    const asked = `Asking Zoho at ${host}, with a token of ${host}.\n`
    assert.equal(read.stderr, `${asked}Fit for sales, as far as reading shows.\n`)

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
    const { code, stdout, stderr } = await runGateway(['zoho', 'check', '--write'], settings)
    assert.equal(code, 0, stdout)
    assert.equal(stderr, 'Asking a fake Zoho in memory (CRM=fake).\nFit for sales.\n')
    assert.match(stdout, /^ok +Deals seen to be gone$/m)
  })

  it('reports what is missing, creates it, and then finds nothing missing', async () => {
    await using zoho = await startFake()
    const named = { ZOHO_REFERENCE_FIELD: 'Sale_Mark' }
    const before = await zoho.gateway(['zoho', 'check'], named)
    assert.equal(before.code, 1)
    assert.match(before.stdout, /^MISSING {2}reference field Deals\.Sale_Mark: Create it: /m)
    assert.match(before.stderr, /^Not fit for sales: \d+ of \d+ checks failed\.$/m)
    const first = await zoho.gateway(['zoho', 'setup'], named)
    assert.match(first.stderr, /^Asking Zoho at 127\.0\.0\.1:\d+, /)
    assert.deepEqual([first.code, first.stdout.match(/^created /gm)?.length], [0, 3])
    const second = await zoho.gateway(['zoho', 'setup'], named)
    assert.deepEqual([second.code, second.stdout.match(/^ok /gm)?.length], [0, 3])
    const third = await zoho.gateway(['zoho', 'setup', '--json'], named)
    const results: readonly { readonly ok: boolean; readonly created: boolean }[] = JSON.parse(
      third.stdout,
    )
    assert.deepEqual(
      results.map(({ ok, created }) => [ok, created]),
      [1, 2, 3].map(() => [true, false]),
    )
    assert.equal((await zoho.gateway(['zoho', 'check'], named)).code, 0)
  })

  it('lists orphans, and ends with 1 when there is one', async () => {
    await using zoho = await startFake()
    const clean = await zoho.gateway(['zoho', 'orphans', '--json', '--create'])
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

  it('deletes the orphans of rolled-back sales with --yes, and records each', async () => {
    await using zoho = await startFake()
    const file = path.join(zoho.settings['DATA_DIR'] ?? '', 'gateway.db')
    const store = await openStore(file)
    const { requested, priced, deal, quote, salesOrder, failed } = factsOf({ idempotent: false })
    const place = { store, fake: makeFake() }
    await leaveSale(place, saleIdOf(1), [requested, priced, failed, rolledBack])
    await leaveSale(place, saleIdOf(2), [requested, priced, deal, quote, salesOrder])
    await store.close()
    const orphan = await createDeal(zoho.url, referenceOf(saleIdOf(1), 'deal'))
    const second = await createDeal(zoho.url, referenceOf(saleIdOf(2), 'deal'))
    const stranger = await createDeal(zoho.url, referenceOf(saleIdOf(3), 'deal'))

    const unasked = await zoho.gateway(['zoho', 'orphans', '--delete'])
    assert.deepEqual([unasked.code, unasked.stdout], [2, ''])
    assert.match(unasked.stderr, /^There is no terminal to ask on. Give --yes /)

    const deleted = await zoho.gateway(['zoho', 'orphans', '--delete', '--yes', '--json'])
    assert.equal(deleted.code, 1, deleted.stderr)
    const lines: { kind: string; id: string; reason?: string }[] = JSON.parse(deleted.stdout)
    const told = lines.map(({ kind, id, reason }) => [kind, id, reason ?? ''])
    assert.deepEqual(
      new Set(told.filter(([kind]) => kind !== 'gone').map((line) => line.join(' ').trim())),
      new Set([
        `orphan ${orphan}`,
        `orphan ${second}`,
        `unknown ${stranger}`,
        `deleted ${orphan}`,
        `kept ${second} its sale is complete: a person decides which record stays`,
      ]),
    )
    assert.match(deleted.stderr, /\n1 record deleted; 1 record kept\n$/)

    const left = await zoho.gateway(['zoho', 'orphans'])
    assert.equal(left.code, 1)
    assert.match(left.stdout, new RegExp(`^orphan +Deals +${second} `, 'm'))
    assert.doesNotMatch(left.stdout, new RegExp(orphan))
    const after = await openStore(file)
    const events = await after.saleReader.events(0, 99)
    const recorded = events.filter(({ type }) => type.startsWith('Orphan'))
    await after.close()
    assert.equal(recorded.length, 1)
    const [event] = recorded
    assert.ok(event !== undefined && 'data' in event)
    assert.deepEqual(event.data, { saleId: saleIdOf(1), step: 'deal', id: orphan })
    assert.ok('operator' in event.actor)
  })

  it('deletes no orphan from a restored copy, nor after an accepted loss', async () => {
    await using zoho = await startFake()
    const folder = zoho.settings['DATA_DIR'] ?? ''
    const store = await openStore(path.join(folder, 'gateway.db'))
    const { requested, priced, failed } = factsOf({ idempotent: false })
    const place = { store, fake: makeFake() }
    await leaveSale(place, saleIdOf(1), [requested, priced, failed, rolledBack])
    await store.close()
    const orphan = await createDeal(zoho.url, referenceOf(saleIdOf(1), 'deal'))
    const backedUp = await zoho.gateway(['db', 'backup', path.join(folder, 'copy.db')])
    assert.equal(backedUp.code, 0, backedUp.stderr)
    const remove = ['zoho', 'orphans', '--delete', '--yes']

    const copy = { DATABASE_URL: `sqlite:${folder}/copy.db` }
    const onCopy = await zoho.gateway(remove, { ...copy, DATA_DIR: path.join(folder, 'other') })
    assert.equal(onCopy.code, 1)
    assert.match(onCopy.stdout, new RegExp(`^orphan +Deals +${orphan} +\\S+:deal\n$`))
    assert.match(onCopy.stderr, /^This database is a restored copy: .* by hand\.$/m)

    const signed = await zoho.gateway(['audit', 'checkpoint'])
    assert.equal(signed.code, 0, signed.stderr)
    // An event less than the checkpoint says.
    const sqlite = new SqliteDatabase(path.join(folder, 'gateway.db'))
    sqlite.exec('drop trigger event_no_delete')
    sqlite.exec('delete from event where position = (select max(position) from event)')
    sqlite.close()
    const differs = await zoho.gateway(remove)
    assert.equal(differs.code, 1)
    assert.match(differs.stderr, /^The log is not what its newest checkpoint says: .* database\.$/m)
    const accepted = await zoho.gateway(['audit', 'accept-loss', '--reason', 'the disk broke'])
    assert.equal(accepted.code, 0, accepted.stderr)
    const afterLoss = await zoho.gateway(remove)
    assert.equal(afterLoss.code, 1)
    assert.match(afterLoss.stderr, /^Event \d+ of this log accepts a loss: .* by hand\.$/m)
    const deals = await zoho.gateway(['zoho', 'orphans'])
    assert.match(deals.stdout, new RegExp(`Deals +${orphan} `))
  })

  it('rehearses at a fake, and leaves nothing there', async () => {
    await using zoho = await startFake()
    const settings = { ZOHO_SETTLE_MS: '1000' }
    const { code, stdout, stderr } = await zoho.gateway(['zoho', 'rehearse', '--json'], settings)
    assert.equal(code, 0, stdout + stderr)
    const { api, answers, left, isStopped } = JSON.parse(stdout)
    assert.match(stderr, /^Asking Zoho at 127\.0\.0\.1:\d+, /)
    assert.deepEqual([api, answers.length, left, isStopped], [zoho.url, 8, [], false])
    const members = ['question', 'assumes', 'answer', 'evidence', 'verdict', 'setting']
    for (const answer of answers) assert.deepEqual(Object.keys(answer), members)
    for (const module of ['Deals', 'Quotes']) {
      const records = await fetch(`${zoho.url}/__control/records?module=${module}`)
      assert.deepEqual(Object(await records.json()).live, [])
    }
  })

  it('rehearses in no organisation of production before it was told to, and without the field in none', async () => {
    await using zoho = await startFake()
    const production = { ZOHO_DC: 'eu', ZOHO_API_URL: '', ZOHO_ACCOUNTS_URL: zoho.url }
    const refused = await zoho.gateway(['zoho', 'rehearse'], production)
    assert.deepEqual([refused.code, refused.stdout], [2, ''])
    assert.match(
      refused.stderr,
      /^https:\/\/www\.zohoapis\.eu is no sandbox, .* --production allows/,
    )

    const without = { ZOHO_REFERENCE_FIELD: 'Sale_Mark' }
    const unfit = await zoho.gateway(['zoho', 'rehearse'], without)
    assert.deepEqual([unfit.code, unfit.stdout], [1, ''])
    assert.match(unfit.stderr, /Deals\.Sale_Mark.*\n(.*\n)*nothing was made: the reference field/)
  })

  it('removes what a rehearsal made when it is interrupted', async () => {
    await using zoho = await startFake()
    const { file, args } = gatewayCommand(['zoho', 'rehearse'])
    // Nothing is seen by a query for a minute, so that it waits with a record of its own there.
    await fetch(`${zoho.url}/__control/settings`, { method: 'POST', body: '{"coqlLagMs":60000}' })
    const child = spawn(file, args, { env: environmentOf(zoho.settings) })
    let stderr = ''
    child.stderr.on('data', (chunk) => {
      stderr += chunk
    })
    await until('it asks how long a record takes', () => stderr.includes('How long after'))
    const live = async () => {
      const records = await fetch(`${zoho.url}/__control/records?module=Deals`)
      return Object(await records.json()).live.length
    }
    await until('a record is there', async () => (await live()) > 1)
    // Not `child.kill`: after it, Deno reports every exit as one by the signal.
    process.kill(child.pid ?? Number.NaN, 'SIGINT')
    const [code] = await once(child, 'exit')
    assert.equal(code, 130, stderr)
    assert.match(stderr, /stopping: what was made is removed/)
    assert.equal(await live(), 0)
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
    assert.match(
      check.stderr,
      /^Asking Zoho at 127\.0\.0\.1:1, with a token of 127\.0\.0\.1:1\.\nNot fit/,
    )
    const setup = await runGateway(['zoho', 'setup'], settings)
    assert.equal(setup.code, 1)
    assert.match(setup.stdout, /^By hand, as an administrator of Zoho CRM, in each of Deals, /m)
    const setupJson = await runGateway(['zoho', 'setup', '--json'], settings)
    assert.deepEqual([setupJson.code, JSON.parse(setupJson.stdout)[0].ok], [1, false])
    const orphans = await runGateway(['zoho', 'orphans', '--json', '--create'], settings)
    assert.deepEqual([orphans.code, orphans.stdout], [1, '[]\n'])
    assert.match(orphans.stderr, /^the CRM was not read to the end: /)
  })

  // A command line and its settings. Each ends with 2 and one line about the reason.
  const WRONG: readonly (readonly [readonly string[], Readonly<Record<string, string>>])[] = [
    [['check', '--unknown'], {}],
    [['check', '--write', '--contact', 'x'], {}],
    [['orphans', 'all'], {}],
    [['orphans', '--yes'], {}],
    [['orphans', '--delete'], {}],
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
