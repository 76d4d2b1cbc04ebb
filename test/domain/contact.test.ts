import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isEmailAddress, isSameAddress } from '../../src/domain/contact.ts'

const ADDRESSES = [
  'ada@example.com',
  'Ada.Lovelace+sales@mail.example.co.uk',
  "o'hara@example.com",
  'a@b.de',
  '"ada"@example.com',
  'ada\\l@example.com',
  'çağrı@örnek.com.tr',
  'ada@xn--rnek-5qa.com',
  'ada@münchen.de',
  '用户@例子.公司',
  `${'a'.repeat(64)}@example.com`,
]

const OTHER_TEXTS = [
  '',
  'ada',
  'ada@',
  '@example.com',
  'ada@example',
  'ada@@example.com',
  'ada@lovelace@example.com',
  'ada lovelace@example.com',
  'ada@exam ple.com',
  ' ada@example.com',
  'ada@example.com\n',
  'ada\u0000@example.com',
  'ada@.com',
  'ada@example..com',
  'ada@-example.com',
  'ada@example-.com',
  'ada@example.c',
  'ada@exa_mple.com',
  `${'a'.repeat(65)}@example.com`,
  `ada@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.${'e'.repeat(60)}.example.com`,
]

describe('isEmailAddress', () => {
  for (const text of ADDRESSES) {
    it(`takes ${text}`, () => {
      assert.equal(isEmailAddress(text), true)
    })
  }

  for (const text of OTHER_TEXTS) {
    it(`does not take ${JSON.stringify(text)}`, () => {
      assert.equal(isEmailAddress(text), false)
    })
  }

  it('takes an address of 254 characters and none of 255', () => {
    const of = (length: number) => `a@${'b.'.repeat(125)}${'c'.repeat(length - 252)}`
    assert.equal(of(254).length, 254)
    assert.equal(isEmailAddress(of(254)), true)
    assert.equal(isEmailAddress(of(255)), false)
  })

  it('is quick with what looks like an address until its end', () => {
    const start = performance.now()
    for (const filling of ['a', 'a-', 'a.', '-', '.']) {
      assert.equal(isEmailAddress(`a@${filling.repeat(125)}_`.slice(-254)), false)
      assert.equal(isEmailAddress(`a@${filling.repeat(120)}!`), false)
    }
    assert.ok(performance.now() - start < 500)
  })
})

describe('isSameAddress', () => {
  it('does not look at letter case', () => {
    assert.equal(isSameAddress('Ada@Example.com', 'ada@EXAMPLE.COM'), true)
    assert.equal(isSameAddress('Çağrı@örnek.com', 'çağrı@ÖRNEK.com'), true)
  })

  it('tells addresses apart that differ in anything else', () => {
    assert.equal(isSameAddress('ada@example.com', 'ada@example.org'), false)
    assert.equal(isSameAddress('ada@example.com', 'ada@example.com.'), false)
  })
})
