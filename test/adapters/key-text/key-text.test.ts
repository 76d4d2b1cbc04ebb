import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isKeyText, isSameKey, newKeyText } from '../../../src/adapters/key-text/key-text.ts'

const KEYS = Array.from({ length: 200 }, () => newKeyText('live'))

describe('The text of an API key', () => {
  it('is plg_live_, 43 drawn characters and 6 of a checksum', () => {
    for (const key of KEYS) assert.match(key, /^plg_live_[0-9A-Za-z]{49}$/)
    assert.equal(new Set(KEYS).size, KEYS.length)
    assert.match(newKeyText('demo'), /^plg_demo_[0-9A-Za-z]{49}$/)
  })

  it('is told from one with any other character in any place, whatever the kind', () => {
    for (const key of KEYS.slice(0, 5)) {
      assert.ok(isKeyText(key))
      for (let at = 0; at < key.length; at += 1) {
        const other = key[at] === 'x' ? 'y' : 'x'
        assert.ok(!isKeyText(key.slice(0, at) + other + key.slice(at + 1)), `${at}`)
      }
      assert.ok(!isKeyText(key.replace('live', 'demo')))
    }
  })

  it('has the checksum that it has always had', () => {
    assert.ok(isKeyText(`plg_live_${'0'.repeat(43)}0I89Bh`))
  })

  it('may be that of a key of version 0.1.0, which has no checksum', () => {
    assert.ok(isKeyText(`plg_${'aZ09_-x'.repeat(6)}k`))
    assert.ok(isKeyText(`plg_live_${'k'.repeat(38)}`))
  })

  it('is no text that is empty, cut, longer or of many lines', () => {
    const [key = ''] = KEYS
    for (const no of [
      '',
      'plg_',
      key.slice(0, -1),
      `${key}x`,
      `${key}\n`,
      ` ${key}`,
      key.toLowerCase(),
    ])
      assert.ok(!isKeyText(no), no)
    assert.ok(!isKeyText(`plg_${'k'.repeat(42)}`))
    assert.ok(!isKeyText(`plg_${'k'.repeat(1_000_000)}`))
  })

  it('is compared whole', () => {
    const [one = '', other = ''] = KEYS
    assert.ok(isSameKey(one, `${one}`))
    assert.ok(!isSameKey(one, other) && !isSameKey(one, '') && !isSameKey(one, one.slice(1)))
  })
})
