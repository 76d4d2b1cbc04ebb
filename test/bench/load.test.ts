import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { describe, it } from 'node:test'
import { readyLine } from '../../bench/base/subject.ts'
import { makeCaller, statusOfWhole } from '../../bench/load/caller.ts'
import { readOptions } from '../../bench/options.ts'
import { SUBJECTS, subjectsNamed } from '../../bench/subjects.ts'

describe('A caller of the benchmarks', () => {
  it('knows when an answer has arrived whole, by its length or by its last chunk', () => {
    const long = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n'
    assert.equal(statusOfWhole('HTTP/1.1 200 OK\r\nContent-'), undefined)
    assert.equal(statusOfWhole(`${long}hell`), undefined)
    assert.equal(statusOfWhole(`${long}hello`), 200)
    const chunked = 'HTTP/1.1 503 No\r\nTransfer-Encoding: chunked\r\n\r\n'
    assert.equal(statusOfWhole(`${chunked}5\r\nhello\r\n`), undefined)
    assert.equal(statusOfWhole(`${chunked}5\r\nhello\r\n0\r\n\r\n`), 503)
  })

  it('sends the sale again on its connection, and goes on after one that was cut', async () => {
    const bodies: string[] = []
    const server = createServer(async (request, response) => {
      let body = ''
      for await (const text of request.setEncoding('utf8')) body += text
      bodies.push(`${request.headers['x-api-key']} ${body}`)
      if (bodies.length === 2) response.destroy()
      else response.end('{}')
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    assert.ok(typeof address === 'object' && address !== null)
    const { call, close } = makeCaller({
      port: address.port,
      headers: { 'x-api-key': 'k' },
      body: '{"a":1}',
    })
    const statuses = [(await call()).status, (await call()).status, (await call()).status]
    close()
    server.close()
    assert.deepEqual(statuses, [200, 0, 200])
    assert.deepEqual(bodies, Array(3).fill('k {"a":1}'))
  })
})

describe('A subject of the benchmarks', () => {
  it('is ready with the line of the protocol', () => {
    assert.equal(readyLine('starting\nready {"po'), undefined)
    assert.deepEqual(readyLine('starting\nready {"port":80}\n'), { port: 80 })
  })

  it('is named exactly, or by the beginning that several have', () => {
    const names = (...asked: string[]) => subjectsNamed(asked).map(({ name }) => name)
    assert.deepEqual(names('ours'), ['ours'])
    assert.deepEqual(names('floor'), ['floor-front', 'floor-commit'])
    assert.deepEqual(names('shipped', 'ours'), ['ours', 'shipped'])
    assert.throws(() => names('nobody'), /no subject is named nobody/)
    assert.throws(() => names('our'), /no subject is named our/)
  })

  it('that is the shipped program is ready with its address and its key', () => {
    const { ready } = SUBJECTS.find(({ name }) => name === 'shipped') ?? assert.fail()
    const said =
      'PLG sales gateway on http://127.0.0.1:4000\n\nDemo key   plg_demo_x (for this run only)\n'
    assert.deepEqual(ready?.(said), { port: 4_000, headers: { 'x-api-key': 'plg_demo_x' } })
    assert.equal(ready?.('PLG sales gateway on http://127.0.0.1:4000\n'), undefined)
  })
})

describe('The options of the benchmarks', () => {
  it('measure everything, or the throughput of what is named, or what is asked for', () => {
    assert.equal(readOptions([]).isWhole, true)
    assert.equal(readOptions(['--quick']).isWhole, false)
    const narrow = readOptions(['--only', 'ours,floor', '--callers', '1,64'])
    assert.deepEqual(narrow.parts, ['throughput'])
    assert.deepEqual(narrow.callers, [1, 64])
    assert.equal(narrow.isWhole, false)
    assert.deepEqual(readOptions(['--only', 'ours', '--parts', 'burst']).parts, ['burst'])
  })

  it('refuse what is unknown or no number', () => {
    assert.throws(() => readOptions(['--parts', 'speed']), /no part is named speed/)
    assert.throws(() => readOptions(['--callers', '1,many']), /many is no number/)
    assert.throws(() => readOptions(['--fast']))
  })
})
