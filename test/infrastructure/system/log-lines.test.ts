import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { makeLogLines } from '../../../src/infrastructure/system/log-lines.ts'
import { until } from '../../support/time/until.ts'

/** The bytes that may wait, and a line so long that nine of them are more. */
const WAITING_BYTES_MAX = 1024 * 1024
const LONG = `${'x'.repeat(WAITING_BYTES_MAX / 8 - 1)}\n`

/** A pipe, whose reader a test stops and starts. */
function makePipe() {
  let room = Number.POSITIVE_INFINITY
  let why = 'EAGAIN'
  let read = ''
  return {
    read: () => read,
    /** Takes so many bytes more, and answers `code` then. */
    takes(bytes: number, code = 'EAGAIN') {
      room = bytes
      why = code
    },
    write(bytes: Uint8Array) {
      const taken = Math.min(bytes.length, room)
      if (taken === 0) throw Object.assign(new Error('full'), { code: why })
      room -= taken
      read += Buffer.from(bytes.subarray(0, taken)).toString()
      return taken
    },
  }
}

describe('Log lines', () => {
  it('are out when the call returns, as long as somebody reads', () => {
    const pipe = makePipe()
    const lines = makeLogLines(() => assert.fail(), pipe.write)
    lines.write('one\n')
    lines.write('two\n')
    assert.equal(pipe.read(), 'one\ntwo\n')
    assert.equal(lines.dropped(), 0)
  })

  it('wait for a slow reader, in their order, also one of which a part was taken', async () => {
    const pipe = makePipe()
    const lines = makeLogLines(() => assert.fail(), pipe.write)
    pipe.takes(5)
    for (const line of ['one\n', 'two\n', 'three\n']) lines.write(line)
    assert.equal(pipe.read(), 'one\nt')
    pipe.takes(Number.POSITIVE_INFINITY)
    await until('all is read', () => pipe.read().endsWith('three\n'))
    assert.equal(pipe.read(), 'one\ntwo\nthree\n')
  })

  it('are dropped and counted beyond a mebibyte, and their number is reported when one is read again', async () => {
    const pipe = makePipe()
    const lines = makeLogLines((dropped) => lines.write(`dropped ${dropped}\n`), pipe.write)
    pipe.takes(0)
    for (let written = 0; written < 11; written += 1) lines.write(LONG)
    assert.equal(lines.dropped(), 3)
    pipe.takes(Number.POSITIVE_INFINITY)
    await until('the number is reported', () => pipe.read().endsWith('dropped 3\n'))
    assert.equal(pipe.read(), `${LONG.repeat(8)}dropped 3\n`)
    lines.write('more\n')
    assert.ok(pipe.read().endsWith('dropped 3\nmore\n'), 'they are reported once')
  })

  for (const code of ['EPIPE', 'ENOSPC']) {
    it(`are dropped one by one while each is refused with ${code}`, () => {
      const pipe = makePipe()
      const reported: number[] = []
      const lines = makeLogLines((dropped) => reported.push(dropped), pipe.write)
      pipe.takes(0, code)
      lines.write('one\n')
      lines.write('two\n')
      assert.deepEqual([lines.dropped(), reported], [2, []])
      pipe.takes(Number.POSITIVE_INFINITY)
      lines.write('three\n')
      assert.deepEqual([pipe.read(), reported], ['three\n', [2]])
    })
  }
})
