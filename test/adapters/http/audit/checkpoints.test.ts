import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { base64Of } from '../../../../src/domain/log/hash.ts'
import { fingerprintOf, parseVkey } from '../../../../src/domain/log/vkey.ts'
import { errorMessage, get, post, saleIdOf } from '../../../support/gateway/http-requests.ts'
import { makeTestService } from '../../../support/gateway/test-service.ts'
import { open, textOf } from './support.ts'

/** A sale, and as many checkpoints, each with an event more. */
async function makeStage(checkpoints: number) {
  const t = await makeTestService()
  const auditor = await t.key('auditor', 'audit:read')
  const saleId = saleIdOf(await post(t, await t.key('web-shop', 'sales:create')))
  for (let number = 2; number <= checkpoints; number += 1) {
    await t.time.pass(1_000)
    await get(t, auditor, `/audit/sales/${saleId}/bundle`)
  }
  const look = async (query = '') => (await open(t, auditor, `/audit/checkpoints${query}`)).body
  return { t, auditor, saleId, look, [Symbol.asyncDispose]: () => t[Symbol.asyncDispose]() }
}

function numbersOn(body: string): readonly number[] {
  return [...body.matchAll(/<span id="checkpoint-(\d+)">/g)].map(([, n]) => Number(n))
}

function blockOf(body: string, id: string): string {
  const text = new RegExp(`<pre id="${id}"[^>]*>([^<]*)</pre>`).exec(body)?.[1]
  return text ?? assert.fail(`no ${id}`)
}

describe('The page of the checkpoints', () => {
  it('shows fingerprint and key of the log, and the newest checkpoint, each to be copied as it is', async () => {
    await using stage = await makeStage(3)
    const body = await stage.look()
    const { vkey } = stage.t.service
    const key = parseVkey(vkey) ?? assert.fail('no key')
    const newest = (await stage.t.store.checkpoints.newest()) ?? assert.fail('no checkpoint')
    assert.equal(blockOf(body, 'fingerprint'), fingerprintOf(key))
    assert.equal(blockOf(body, 'vkey'), vkey)
    assert.equal(blockOf(body, 'note'), newest.note)
    assert.equal(
      blockOf(body, 'newest'),
      `test/sales-log checkpoint 3 ${new Date(newest.at).toISOString()} size ${newest.size} root ${base64Of(newest.root)}`,
    )
    for (const command of [
      'gateway audit key',
      `gateway audit verify --anchor FILE --key ${vkey}`,
      `gateway audit witness --url URL --state FILE --key ${vkey}`,
      `node verify.mjs DIR --key ${vkey}`,
    ]) {
      assert.ok(body.includes(`>${command}</pre>`), command)
    }
  })

  it('lists each with its number, time, size, root and signer, and whether it holds', async () => {
    await using stage = await makeStage(3)
    const { store, service } = stage.t
    const newest = (await store.checkpoints.newest()) ?? assert.fail('no checkpoint')
    const body = await stage.look()
    assert.deepEqual(numbersOn(body), [3, 2, 1])
    const signer = service.vkey.split('+').slice(0, 2).join('+')
    const time = new Date(newest.at).toISOString().replace('T', ' ').slice(0, 19)
    const row = `Holds 3 ${time} UTC ${newest.size} ${base64Of(newest.root)} ${signer} `
    assert.ok(textOf(body).includes(row), row)
  })

  it('leads to older and newer ones, and from a sale to the one that verified it', async () => {
    await using stage = await makeStage(60)
    const link = (body: string, name: string) =>
      [...body.matchAll(/<a class="button"[^>]* href="([^"]+)">(\w+)<\/a>/g)]
        .find(([, , text]) => text === name)?.[1]
        ?.replace('/audit/checkpoints', '')
        .replaceAll('&amp;', '&')
    const newest = await stage.look()
    assert.deepEqual([numbersOn(newest)[0], numbersOn(newest).length], [60, 50])
    assert.equal(link(newest, 'Newer'), undefined)
    const older = await stage.look(link(newest, 'Older'))
    assert.deepEqual(numbersOn(older), [10, 9, 8, 7, 6, 5, 4, 3, 2, 1])
    assert.equal(link(older, 'Older'), undefined)
    assert.deepEqual(numbersOn(await stage.look(link(older, 'Newer'))), numbersOn(newest))
    assert.deepEqual(numbersOn(await stage.look(link(newest, 'Oldest'))).at(-1), 1)

    const sale = await open(stage.t, stage.auditor, `/audit/sales/${stage.saleId}`)
    const [, url = '', text] =
      /href="\/audit\/checkpoints([^"]*)">(Checkpoint 60)</.exec(sale.body) ?? []
    assert.equal(text, 'Checkpoint 60')
    assert.deepEqual(numbersOn(await stage.look(url.replaceAll('&amp;', '&')))[0], 60)
    assert.match(url, /#checkpoint-60$/)
  })

  it('filters by time, and names the field that cannot be used', async () => {
    await using stage = await makeStage(2)
    assert.match(textOf(await stage.look('?to=2026-01-01')), / No checkpoint fits\. /)
    for (const [query, name] of [
      ['to=never', 'to'],
      ['after=1', 'after'],
      ['after=_1&before=_1', 'before'],
    ] as const) {
      const page = await open(stage.t, stage.auditor, `/audit/checkpoints?${query}`)
      assert.equal(page.statusCode, 400)
      assert.match(textOf(page.body), new RegExp(`This filter cannot be used\\. ${name} ?:`))
      const program = await get(stage.t, stage.auditor, `/audit/checkpoints?${query}`)
      assert.match(errorMessage(program), new RegExp(`^${name}: (must|cannot) `))
    }
  })
})
