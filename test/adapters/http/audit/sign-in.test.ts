import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { errorMessage, get } from '../../../support/gateway/http-requests.ts'
import { makeTestService } from '../../../support/gateway/test-service.ts'
import { basic, open, textOf } from './support.ts'

const CHALLENGE = 'Basic realm="PLG sales gateway audit", charset="UTF-8"'
const ADDRESSES = [
  '/audit',
  '/audit/',
  '/audit/sales.csv',
  '/audit/sales/x',
  '/audit/sales/x.json',
  '/audit/sales/x.csv',
] as const

describe("The door to the auditor's pages", () => {
  it('leads a browser to the sign-in on every address, and asks a program in the published shape', async () => {
    await using t = await makeTestService()
    for (const url of ADDRESSES) {
      const program = await t.server.inject({ method: 'GET', url })
      assert.equal(program.statusCode, 401, url)
      assert.equal(program.headers['www-authenticate'], CHALLENGE)
      assert.equal(errorMessage(program), 'Invalid or missing API key.')
      const browser = await open(t, 'wrong', url)
      assert.equal(browser.statusCode, 401, url)
      // With Basic it would open a dialogue of its own.
      assert.match(String(browser.headers['www-authenticate']), /^ApiKey /)
      assert.match(String(browser.headers['refresh']), /^0; url=\/audit\/sign-in/)
      assert.match(String(browser.headers['content-type']), /^text\/html/)
      assert.match(textOf(browser.body), /A key is needed/)
    }
  })

  it('takes the key as the password of any user, or in x-api-key', async () => {
    await using t = await makeTestService()
    const key = await t.key('auditor', 'audit:read')
    for (const user of ['', 'auditor', 'Ümit']) {
      const headers = { authorization: basic(user, key) }
      const answer = await t.server.inject({ method: 'GET', url: '/audit', headers })
      assert.equal(answer.statusCode, 200)
    }
    assert.equal((await get(t, key, '/audit')).statusCode, 200)
    assert.equal((await get(t, await t.key('boss', 'admin'), '/audit')).statusCode, 200)
  })

  it('takes no other authorization, and no half of one', async () => {
    await using t = await makeTestService()
    const key = await t.key('auditor', 'audit:read')
    const withoutColon = `Basic ${btoa(key)}`
    for (const authorization of [
      `Bearer ${key}`,
      basic(key, ''),
      withoutColon,
      'Basic',
      'Basic ===',
      `${basic('a', key)}, x`,
    ]) {
      const headers = { authorization }
      const answer = await t.server.inject({ method: 'GET', url: '/audit', headers })
      assert.equal(answer.statusCode, 401, authorization)
    }
  })

  it('refuses a key without audit:read, and asks for no other', async () => {
    await using t = await makeTestService()
    const key = await t.key('web-shop', 'sales:read', 'sales:create')
    for (const url of ADDRESSES) {
      const answer = await open(t, key, url)
      assert.equal(answer.statusCode, 403)
      assert.equal(answer.headers['www-authenticate'], undefined)
      assert.match(textOf(answer.body), /Not with this key/)
    }
    assert.equal(
      errorMessage(await get(t, key, '/audit')),
      'This API key may not do that: it needs the scope audit:read.',
    )
  })

  it('opens nothing else to a password', async () => {
    await using t = await makeTestService()
    const key = await t.key('auditor', 'admin')
    const headers = { authorization: basic('auditor', key) }
    for (const url of ['/sales', '/log', '/getContact?email=a@example.com']) {
      const answer = await t.server.inject({ method: 'GET', url, headers })
      assert.equal(answer.statusCode, 401, url)
      assert.match(String(answer.headers['www-authenticate']), /^ApiKey .*header="x-api-key"$/)
    }
  })

  it('lets nothing into a page but our own files, and no page into a frame or a cache', async () => {
    await using t = await makeTestService()
    const key = await t.key('auditor', 'audit:read')
    for (const [url, status] of [
      ['/audit', 200],
      ['/audit?status=lost', 400],
      ['/audit/sales/x', 404],
      ['/audit/nothing', 404],
    ] as const) {
      const { statusCode, headers, body } = await open(t, key, url)
      assert.equal(statusCode, status, url)
      const policy = String(headers['content-security-policy'])
      assert.match(policy, /^default-src 'none'; /)
      for (const part of [
        "script-src 'self'",
        "style-src 'self'",
        "frame-ancestors 'none'",
        "form-action 'self'",
      ]) {
        assert.ok(policy.includes(part), part)
      }
      assert.doesNotMatch(policy, /unsafe|https?:|\*/)
      assert.equal(headers['x-content-type-options'], 'nosniff')
      assert.equal(headers['referrer-policy'], 'same-origin')
      assert.equal(headers['x-frame-options'], 'DENY')
      assert.equal(headers['cache-control'], 'no-store')
      assert.doesNotMatch(body, /<style|<script(?! src="\/audit\/)| style="| on[a-z]+="/)
    }
  })

  it('gives style, script and icon to anybody, for ever under their own address', async () => {
    await using t = await makeTestService()
    const { body } = await open(t, await t.key('auditor', 'audit:read'), '/audit')
    const addresses = [...body.matchAll(/(?:href|src)="(\/audit\/[a-z]+\.[^"]+)"/g)]
    const urls = addresses.map(([, url]) => String(url)).filter((url) => url.includes('?v='))
    assert.equal(urls.length, 3)
    for (const url of urls) {
      const answer = await t.server.inject({ method: 'GET', url })
      assert.equal(answer.statusCode, 200)
      assert.equal(answer.headers['cache-control'], 'public, max-age=31536000, immutable')
      assert.match(url, /\?v=[0-9a-f]{16}$/)
    }
  })

  it('gives every file of ours to the browser, whole', async () => {
    await using t = await makeTestService()
    const files = new URL('../../../../src/adapters/http/audit/files/', import.meta.url)
    const given = await Promise.all(
      ['style.css', 'page.js', 'icon.svg'].map(async (name) => {
        const url = `/audit/${name}`
        return (await t.server.inject({ method: 'GET', url })).body
      }),
    )
    for (const name of await readdir(files)) {
      const text = await readFile(new URL(name, files), 'utf8')
      assert.ok(
        given.some((body) => body.includes(text)),
        `${name} is not given`,
      )
    }
  })
})
