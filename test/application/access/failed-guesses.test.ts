import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  ADDRESSES_MAX,
  makeFailedGuesses,
  networkOf,
} from '../../../src/application/access/failed-guesses.ts'
import { ManualClock } from '../../support/fakes/manual-clock.ts'

const ADDRESS = '192.0.2.7'

function makeBench(perMinute: number) {
  const clock = new ManualClock()
  return { clock, count: makeFailedGuesses({ clock, perMinute }) }
}

/** An IPv4 address for each number. */
function addressNumber(n: number): string {
  return `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`
}

describe('The wrong keys of an address', () => {
  it('are let be up to the limit; then it waits until a minute after the first', () => {
    const { clock, count } = makeBench(3)
    assert.equal(count(ADDRESS), 0)
    clock.advance(20_000)
    assert.deepEqual([count(ADDRESS), count(ADDRESS), count(ADDRESS)], [0, 0, 40_000])
    clock.advance(39_999)
    assert.equal(count(ADDRESS), 1)
    clock.advance(1)
    assert.deepEqual(
      [1, 2, 3, 4].map(() => count(ADDRESS)),
      [0, 0, 0, 60_000],
    )
  })

  it('are its own, and those of an address that nobody knows are counted, too', () => {
    const { count } = makeBench(1)
    assert.deepEqual([count(ADDRESS), count('192.0.2.8'), count(null)], [0, 0, 0])
    assert.deepEqual([count(ADDRESS), count('192.0.2.8'), count(null)], [60_000, 60_000, 60_000])
  })

  it('stay counted whatever comes from other addresses, which are then counted as one', () => {
    const { clock, count } = makeBench(2)
    count(ADDRESS)
    count(ADDRESS)
    for (let n = 1; n < ADDRESSES_MAX; n += 1) assert.equal(count(addressNumber(n)), 0)
    assert.equal(count(addressNumber(500_000)), 0)
    assert.equal(count(addressNumber(500_001)), 0)
    assert.equal(count(addressNumber(500_002)), 60_000)
    assert.equal(count(ADDRESS), 60_000)
    clock.advance(60_000)
    assert.equal(count(addressNumber(500_002)), 0)
    assert.equal(count(ADDRESS), 0)
  })
})

/** Addresses that are counted as one, by their network. */
const NETWORKS: Readonly<Record<string, readonly string[]>> = {
  '192.0.2.7': ['192.0.2.7'],
  '2001:db8:0:1': [
    '2001:db8:0:1::',
    '2001:db8:0:1::7',
    '2001:DB8:0:1:ffff:ffff:ffff:ffff',
    '2001:0db8:0000:0001:0:0:0:1',
    '2001:db8:0:1:2:3:192.0.2.7',
    '2001:db8::1:0:0:0:0',
  ],
  '2001:db8:0:0': ['2001:db8::', '2001:db8::7', '2001:db8::192.0.2.7'],
  '0:0:0:0': ['::', '::1', '0::1', '::ffff:1.2.3.4'],
  '0:b:c:d': ['::b:c:d:e:f:192.0.2.7', '0:b:c:d:1:2:3:4'],
}

describe('The network of an address', () => {
  for (const [network, addresses] of Object.entries(NETWORKS)) {
    it(`is ${network} for ${addresses.join(', ')}`, () => {
      for (const address of addresses) assert.equal(networkOf(address), network)
    })
  }
})
