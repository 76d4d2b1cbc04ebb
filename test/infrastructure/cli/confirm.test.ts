import assert from 'node:assert/strict'
import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, it } from 'node:test'
import { confirm } from '../../../src/infrastructure/cli/terminal/confirm.ts'

describe('A question at the terminal', () => {
  // What the person types, and whether that is a yes.
  const ANSWERS: readonly (readonly [string, boolean])[] = [
    ['yes\n', true],
    [' YES \n', true],
    ['yes', true],
    ['y\n', false],
    ['no\nyes\n', false],
    ['\nyes\n', false],
    ['', false],
  ]
  for (const [typed, isYes] of ANSWERS) {
    it(`is answered ${isYes ? 'yes' : 'no'} by ${JSON.stringify(typed)}`, async () => {
      const stderr = new PassThrough()
      const stdin = Readable.from(typed === '' ? [] : [typed])
      assert.equal(await confirm('Delete?', { stdin, stderr }), isYes)
      const end = typed === '' ? '\n' : ''
      assert.equal(await text(stderr.end()), `Delete? Type yes to go on: ${end}`)
    })
  }

  it('lets the process end: the terminal is not read any more', async () => {
    const stdin = new PassThrough()
    stdin.write('yes\n')
    assert.ok(await confirm('Delete?', { stdin, stderr: new PassThrough() }))
    assert.ok(stdin.isPaused())
  })
})
