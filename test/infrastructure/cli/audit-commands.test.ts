import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { appendFile, copyFile, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, it } from 'node:test'
import { makeKeyFile } from '../../../src/adapters/signing/key-file.ts'
import { fingerprintOf } from '../../../src/domain/log/vkey.ts'
import { makeClient } from '../../../src/infrastructure/demo/client.ts'
import { startGateway } from '../../../src/infrastructure/demo/gateway-process.ts'
import { VERIFIER_FILE } from '../../../src/infrastructure/service/bundle-exporter.ts'
import { priced } from '../../support/examples/sale-examples.ts'
import * as a from '../../support/examples/store-examples.ts'
import { SALE } from '../../support/gateway/http-requests.ts'
import { makeFolder, runGateway } from '../../support/gateway/run-gateway.ts'
import { filesIn, keyOf, signer } from '../../support/log/audit-log.ts'
import { openEvidenceLog } from '../../support/log/evidence-log.ts'
import { cutTail, tamper } from '../../support/log/tamper.ts'
import { until } from '../../support/time/until.ts'

/** The folder of a gateway that created a key and sold once: 7 events. It was stopped or killed. */
async function makePlace(how: 'stopped' | 'killed' = 'stopped') {
  const folder = await makeFolder()
  const settings = { PORT: '0', DATA_DIR: folder.path, LOG_LEVEL: 'warn' }
  const gateway = (...args: string[]) => runGateway(['audit', ...args], settings)
  const serving = await startGateway(settings)
  const made = ['keys', 'create', '--name', 'auditor', '--scope', 'admin']
  const apiKey = (await runGateway(made, settings)).stdout.trim()
  const client = makeClient(serving.url, apiKey)
  assert.equal((await client.sell(SALE))?.status, 200)
  if (how === 'stopped') assert.equal(await serving.stop(), 0)
  else await serving.kill()
  const files = filesIn(folder.path)
  return { ...folder, files, settings, gateway, apiKey }
}

describe('The audit commands', () => {
  it('verify a log beside a serving process, and witness it over HTTP', async () => {
    await using place = await makePlace()
    const { settings, gateway, apiKey } = place
    await using serving = await startGateway(settings)
    const state = path.join(place.path, 'seen')
    const see = (...more: string[]) =>
      runGateway(['audit', 'witness', '--url', serving.url, '--state', state, ...more], {
        GATEWAY_API_KEY: apiKey,
      })
    assert.match((await see()).stdout, /^Seen for the first time: checkpoint 3 over 7 events\.\n$/)
    const kept = await readFile(state, 'utf8')

    const verified = await gateway('verify')
    assert.equal(verified.code, 0, verified.stdout)
    assert.match(verified.stdout, /^Events +\d+ in 1 sales .*from position 1 on$/m)
    assert.match(verified.stdout, /SHA256:[0-9a-f]{64}\n +is the key of this installation/)
    assert.match(verified.stdout, /^Anchors +none/m)
    assert.match(verified.stdout, /^Result +nothing is wrong\n$/m)
    const key = (await gateway('key')).stdout.trim()
    const json = await gateway('verify', '--json', '--key', key, '--anchor', state)
    const { ok, isOwnKey, anchors, findings } = JSON.parse(json.stdout)
    assert.deepEqual([ok, isOwnKey, anchors, findings], [true, false, 1, []])

    const client = makeClient(serving.url, apiKey)
    assert.equal((await client.sell(SALE))?.status, 200)
    const signed = await gateway('checkpoint')
    assert.match(
      signed.stdout,
      /^[0-9a-f]{16}\/sales-log\n\d+\n.{44}\nnumber \d\ntime .*Z\nreason asked\n\n— .*\n$/,
    )
    assert.match(
      (await see()).stdout,
      /^The log only grew: .* over \d+ events continues .* over 7\.\n$/,
    )

    const { seen, before } = JSON.parse((await see('--json')).stdout)
    assert.deepEqual(
      [seen.note, seen.number, before.number],
      [before.note, before.number, seen.number],
    )
    const shown = JSON.parse((await gateway('key', '--json')).stdout)
    assert.equal(shown.vkey, key)
    assert.match(shown.fingerprint, /^SHA256:[0-9a-f]{64}$/)
    const noted = JSON.parse((await gateway('checkpoint', '--json')).stdout)
    assert.equal(noted.note.split('\n')[1], String(noted.size))
    assert.ok(noted.number > seen.number)

    await writeFile(state, kept.replace('\n7\n', '\n8\n'))
    const wrong = await see()
    assert.deepEqual([wrong.code, wrong.stdout.slice(0, 7)], [1, 'FAILED:'])
    assert.equal((await gateway('verify', '--anchor', state)).code, 1)
    assert.equal(await serving.stop(), 0)
  })

  it('refuse nothing after a kill', async () => {
    await using place = await makePlace('killed')
    await using serving = await startGateway(place.settings)
    assert.equal(await serving.stop(), 0)
    assert.equal((await place.gateway('verify')).code, 0)
  })

  it('refuse a start over a shorter log, take it when it is accepted, and show that for ever', async () => {
    await using place = await makePlace()
    const { settings, gateway, files } = place
    tamper(files.db, (raw) => cutTail(raw, 4))
    const refused = await runGateway(['serve'], settings)
    assert.equal(refused.code, 1)
    assert.match(refused.stderr, /the log has 4 events, checkpoint 2 says 7 events/)
    assert.match(refused.stderr, /gateway audit accept-loss --reason TEXT/)
    assert.equal(refused.stdout, '')
    assert.equal((await gateway('checkpoint')).code, 1)
    const found = await gateway('verify')
    assert.equal(found.code, 1)
    assert.match(found.stdout, /^checkpoints.db: it is over 7 events, the log has 4$/m)

    assert.equal((await gateway('accept-loss')).code, 2)
    const accepted = await gateway('accept-loss', '--reason', 'restored from Monday')
    assert.equal(accepted.code, 0, accepted.stderr)
    assert.match(accepted.stdout, /\nreason accepted\n/)
    assert.equal((await gateway('accept-loss', '--reason', 'again')).code, 1)
    await using serving = await startGateway(settings)
    assert.equal(await serving.stop(), 0)
    const ever = await gateway('verify')
    assert.match(
      ever.stdout,
      /^Accepted +position 5: a loss of the log was accepted .*"restored from Monday"$/m,
    )
  })

  it('find nothing wrong with a backup that was put back and accepted, unless they are strict', async () => {
    await using folder = await makeFolder()
    const settings = { PORT: '0', DATA_DIR: folder.path, LOG_LEVEL: 'warn' }
    const files = filesIn(folder.path)
    const copy = path.join(folder.path, 'copy.db')
    const gateway = (...args: string[]) => runGateway(args, settings)
    await using serving = await startGateway(settings)
    assert.equal((await gateway('db', 'backup', copy)).code, 0)
    const made = await gateway('keys', 'create', '--name', 'shop', '--scope', 'admin')
    assert.equal((await makeClient(serving.url, made.stdout.trim()).sell(SALE))?.status, 200)
    assert.equal(await serving.stop(), 0)
    for (const end of ['-wal', '-shm']) await rm(`${files.db}${end}`, { force: true })
    await copyFile(copy, files.db)
    assert.equal((await gateway('serve')).code, 1)
    const accepted = await gateway('audit', 'accept-loss', '--reason', 'restored')
    assert.equal(accepted.code, 0, accepted.stderr)
    assert.match(accepted.stderr, /The next start mails it to MAIL_TO/)

    const verified = await gateway('audit', 'verify')
    assert.equal(verified.code, 0, verified.stdout)
    assert.match(verified.stdout, /^Accepted +position 1: a loss of the log was accepted at /m)
    assert.match(verified.stdout, /^Result +nothing is wrong beside what was accepted$/m)
    const strict = (...more: string[]) => gateway('audit', 'verify', '--strict', ...more)
    const counted = await strict()
    assert.equal(counted.code, 1)
    assert.match(counted.stdout, /^position 1: a loss of the log was accepted /m)
    assert.equal((await strict('--accepted', '1')).code, 0)
    const others = await strict('--accepted', '1', '--accepted', '4', '--json')
    assert.equal(others.code, 1)
    const { ok, findings, accepted: losses } = JSON.parse(others.stdout)
    assert.deepEqual([ok, findings[0].place, losses[0].position], [false, 'position 4', 1])

    await using again = await startGateway(settings)
    const mails = path.join(folder.path, 'mail')
    const written = () => (existsSync(mails) ? readdirSync(mails) : []).filter(isWholeMail)
    await until('the mail is written', () => written().length > 0)
    const [mail = ''] = written()
    assert.match(readFileSync(path.join(mails, mail), 'utf8'), /^Reason: restored\r?$/m)
    assert.equal(await again.stop(), 0)
  })

  it('verify a copy, with the checkpoints beside it, and need a key for it', async () => {
    await using place = await makePlace()
    await using other = await makeFolder()
    const copy = filesIn(other.path)
    await copyFile(place.files.db, copy.db)
    const settings = { DATA_DIR: other.path }
    const verify = (...args: string[]) => runGateway(['audit', 'verify', ...args], settings)
    const noKey = await verify('--db', copy.db)
    assert.deepEqual([noKey.code, noKey.stdout], [2, ''])
    assert.match(noKey.stderr, /give one with --key/)
    const key = (await place.gateway('key')).stdout.trim()
    assert.equal((await verify('--db', copy.db, '--key', key)).code, 0)
    await copyFile(place.files.checkpoints, copy.checkpoints)
    assert.equal((await verify('--db', copy.db, '--key', key)).code, 0)
    tamper(copy.checkpoints, (raw) => raw.exec('delete from newest'))
    assert.equal((await verify('--db', copy.db, '--key', key)).code, 1)
    const nowhere = await verify('--db', path.join(other.path, 'none'), '--key', key)
    assert.deepEqual([nowhere.code, nowhere.stdout], [2, ''])
    assert.ok(nowhere.stderr.startsWith(`${path.join(other.path, 'none')}: there is no database`))
  })

  it('verify a bundle as the verifier in it does, and the courses of its sales', async () => {
    await using folder = await makeFolder()
    await using log = await openEvidenceLog(
      folder.path,
      signer,
      readFileSync(VERIFIER_FILE, 'utf8'),
    )
    await log.addSale(4)
    await log.addSale(8, a.client, [priced, ...a.completed.slice(1)])
    const bundles = path.join(folder.path, 'bundles')
    const good = await log.take({ sale: a.saleIdOf(4) }, path.join(bundles, 'good'))
    const gap = await log.take({ sale: a.saleIdOf(8) }, path.join(bundles, 'gap'))
    const verify = (bundle: string, ...more: string[]) =>
      runGateway(['audit', 'verify', '--bundle', bundle, '--key', signer.vkey, ...more], {})
    const fingerprint = fingerprintOf(keyOf(signer))
    assert.deepEqual(await verify(good), {
      code: 0,
      stdout: `Bundle  ${good}\nKey     ${fingerprint}\nResult  nothing is wrong\n`,
      stderr: '',
    })
    const skipped = await verify(gap, '--json')
    assert.deepEqual([skipped.code, skipped.stderr], [1, ''])
    const { findings, ...rest } = JSON.parse(skipped.stdout)
    assert.deepEqual(rest, { ok: false, bundle: gap, keys: [fingerprint] })
    assert.match(findings[0].place, /^position \d+$/)
    const why = 'nothing that happens to a sale that is priced records it there'
    assert.equal(findings[0].text, `QuoteCreated cannot follow: ${why}`)

    await rm(path.join(good, 'report.html'))
    await appendFile(path.join(good, 'events.jsonl'), '{}\n')
    const changed = await verify(good)
    assert.equal(changed.code, 1)
    assert.match(changed.stdout, /^report.html: is missing, or not what the manifest says$/m)
    assert.match(changed.stdout, /^line \d+: is no event in canonical form$/m)
    assert.match(changed.stdout, /^Result {2}\d+ findings\n$/m)
  })

  it('name the key that is missing, make no other and accept nothing, until a new one is asked for', async () => {
    await using place = await makePlace()
    const file = path.join(place.path, 'audit.key')
    const kept = await readFile(file, 'utf8')
    const name = (await place.gateway('key')).stdout.split('+', 2).join('+')
    await rm(file)
    const commands = [['serve'], ['audit', 'checkpoint'], ['audit', 'accept-loss', '--reason', 'x']]
    const assertRefused = async (holds: RegExp) => {
      for (const args of commands) {
        const { code, stdout, stderr } = await runGateway(args, place.settings)
        assert.deepEqual([code, stdout], [2, ''], args.join(' '))
        assert.match(stderr, /^The key that signed the newest checkpoint is not here: \S+ holds /)
        assert.match(stderr, holds)
        assert.ok(stderr.includes(file) && stderr.includes(name), stderr)
        assert.doesNotMatch(stderr, /accept-loss/)
      }
    }
    await assertRefused(/no key \(none was made\)/)
    await assert.rejects(readFile(file))
    makeKeyFile(file)
    await assertRefused(/another one, [0-9a-f]{16}\/sales-log/)
    await writeFile(file, kept)
    assert.equal((await place.gateway('checkpoint')).code, 0)

    await rm(file)
    const taken = await place.gateway('accept-loss', '--new-key', '--reason', 'the key is gone')
    assert.equal(taken.code, 0, taken.stderr)
    await using serving = await startGateway(place.settings)
    assert.equal(await serving.stop(), 0)
  })

  // Wrong commands: each ends with exit code 2 and one line.
  const WRONG = [
    ['verify', '--key', 'x'],
    ['verify', '--accepted', '5'],
    ['verify', '--strict', '--accepted', 'x'],
    ['verify', '--bundle', 'x'],
    ['verify', '--anchor', '/dev/null'],
    ['witness', '--url', 'x', '--state', 'y'],
    ['witness', '--url', 'http://127.0.0.1:1'],
    ['witness', '--url', 'http://127.0.0.1:1', '--state', 'y'],
    ['key'],
  ]
  for (const args of WRONG) {
    it(`refuse "${args.join(' ')}" in one line`, async () => {
      await using folder = await makeFolder()
      const { code, stdout, stderr } = await runGateway(['audit', ...args], {
        DATA_DIR: folder.path,
      })
      assert.equal(code, 2)
      assert.equal(stdout, '')
      assert.equal(stderr.trim().split('\n').length, 1, stderr)
    })
  }
})

/** A mail has another name while it is being written. */
function isWholeMail(name: string): boolean {
  return name.endsWith('.eml')
}
