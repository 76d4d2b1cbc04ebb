import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  dayText,
  preciseTimeText,
  readTime,
  shortTimeText,
  timeText,
  UTC,
  type Which,
  type Zone,
  zoneNamed,
} from '../../../src/application/words/zone.ts'
import type { EpochMs } from '../../../src/domain/time.ts'

function zone(name: string): Zone {
  return zoneNamed(name) ?? assert.fail(`no zone ${name}`)
}

function at(iso: string): EpochMs {
  const ms = Date.parse(iso)
  assert.ok(!Number.isNaN(ms), iso)
  return ms as EpochMs
}

function isoOf(read: EpochMs | undefined): string | undefined {
  return read === undefined ? undefined : new Date(read).toISOString()
}

const HOUR_MS = 3_600_000

/** Instants on both sides of a change of the clocks, and how the zone writes them. */
const WRITTEN = [
  ['UTC', '2026-03-01T11:05:09.120Z', '2026-03-01 11:05:09 UTC'],
  ['Europe/Istanbul', '2026-03-01T11:05:09Z', '2026-03-01 14:05:09 +03:00'],
  ['Europe/Istanbul', '2026-03-01T21:00:00Z', '2026-03-02 00:00:00 +03:00'],
  ['Europe/Berlin', '2026-03-29T00:59:59.999Z', '2026-03-29 01:59:59 +01:00'],
  ['Europe/Berlin', '2026-03-29T01:00:00Z', '2026-03-29 03:00:00 +02:00'],
  ['Europe/Berlin', '2026-10-25T00:30:00Z', '2026-10-25 02:30:00 +02:00'],
  ['Europe/Berlin', '2026-10-25T01:30:00Z', '2026-10-25 02:30:00 +01:00'],
  ['America/New_York', '2026-03-08T06:59:59Z', '2026-03-08 01:59:59 -05:00'],
  ['America/New_York', '2026-03-08T07:00:00Z', '2026-03-08 03:00:00 -04:00'],
  ['America/New_York', '2026-11-01T05:30:00Z', '2026-11-01 01:30:00 -04:00'],
  ['America/New_York', '2026-11-01T06:30:00Z', '2026-11-01 01:30:00 -05:00'],
  ['Asia/Kathmandu', '2026-03-01T00:00:00Z', '2026-03-01 05:45:00 +05:45'],
] as const

/** What is typed, and the first and the last instant that it may mean. */
const READ = [
  ['UTC', '2026-03-01', '2026-03-01T00:00:00.000Z'],
  ['UTC', '2026-03-01T10:00', '2026-03-01T10:00:00.000Z'],
  ['Europe/Istanbul', '2026-03-01', '2026-02-28T21:00:00.000Z'],
  ['Europe/Istanbul', '2026-03-01 14:05', '2026-03-01T11:05:00.000Z'],
  ['Europe/Istanbul', '2026-03-01 14:05:09 +03:00', '2026-03-01T11:05:09.000Z'],
  ['Europe/Istanbul', '2026-03-01T11:05:09.120Z', '2026-03-01T11:05:09.120Z'],
  ['Europe/Berlin', '2026-03-01 14:05:09 UTC', '2026-03-01T14:05:09.000Z'],
  ['Europe/Berlin', '2026-03-01 14:05:09.12 -05:00', '2026-03-01T19:05:09.120Z'],
  // The clocks were put forward at 02:00: there is no 02:30, and it is not left out either.
  ['Europe/Berlin', '2026-03-29 02:00', '2026-03-29T01:00:00.000Z'],
  ['Europe/Berlin', '2026-03-29 02:30', '2026-03-29T01:00:00.000Z'],
  ['Europe/Berlin', '2026-03-29 03:00', '2026-03-29T01:00:00.000Z'],
  ['America/New_York', '2026-03-08 02:59:59', '2026-03-08T07:00:00.000Z'],
  // Put back: each time between 02:00 and 03:00 is there twice.
  ['Europe/Berlin', '2026-10-25 01:59', '2026-10-24T23:59:00.000Z'],
  ['Europe/Berlin', '2026-10-25 02:30', '2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z'],
  ['Europe/Berlin', '2026-10-25 02:30 +01:00', '2026-10-25T01:30:00.000Z'],
  ['Europe/Berlin', '2026-10-25 03:00', '2026-10-25T02:00:00.000Z'],
  ['America/New_York', '2026-11-01 01:30', '2026-11-01T05:30:00.000Z', '2026-11-01T06:30:00.000Z'],
  // Istanbul stays at +03:00 since 2016; the year before it still changed.
  ['Europe/Istanbul', '2026-03-29 03:30', '2026-03-29T00:30:00.000Z'],
  ['Europe/Istanbul', '2015-03-29 03:30', '2015-03-29T01:00:00.000Z'],
  ['Europe/Istanbul', '2015-11-08 03:30', '2015-11-08T00:30:00.000Z', '2015-11-08T01:30:00.000Z'],
  // A day that begins in such a gap, and a day that a zone left out.
  ['Africa/Cairo', '2026-04-24', '2026-04-23T22:00:00.000Z'],
  ['Pacific/Apia', '2011-12-30 12:00', '2011-12-30T10:00:00.000Z'],
] as const

const NO_TIMES = [
  '',
  'yesterday',
  '2026-02-30',
  '2026-02-29 10:00',
  '2026-03-01 24:00',
  '2026-03-01 10:60',
  '2026-03-01 10:00:61',
  '2026-03-01 10',
  '01.03.2026',
  '03/01/2026',
  '2026-03-01 10:00 +3',
  '2026-03-01 10:00 +99:00',
  '2026-03-01 10:00 CET',
]

describe('A time in a zone', () => {
  for (const [name, iso, text] of WRITTEN) {
    it(`is written ${text} in ${name}`, () => {
      assert.equal(timeText(zone(name), at(iso)), text)
      assert.equal(readTime(zone(name), text, 'first'), Math.floor(at(iso) / 1_000) * 1_000)
    })
  }

  it('is written to the millisecond, and as a day, where that is asked for', () => {
    const time = at('2026-03-01T21:05:09.120Z')
    assert.equal(preciseTimeText(zone('Europe/Istanbul'), time), '2026-03-02 00:05:09.120 +03:00')
    assert.equal(preciseTimeText(UTC, time), '2026-03-01 21:05:09.120 UTC')
    assert.equal(dayText(zone('Europe/Istanbul'), time), '2026-03-02')
  })

  for (const [name, text, first, last = first] of READ) {
    it(`is read from '${text}' in ${name}`, () => {
      assert.equal(isoOf(readTime(zone(name), text, 'first')), first)
      assert.equal(isoOf(readTime(zone(name), text, 'last')), last)
    })
  }

  for (const text of NO_TIMES) {
    it(`is not read from '${text}'`, () => {
      assert.equal(readTime(zone('Europe/Istanbul'), text, 'first'), undefined)
    })
  }

  it('is read again as it was written, at every half hour around each change of the clocks', () => {
    for (const name of ['UTC', 'Europe/Berlin', 'America/New_York', 'Europe/Istanbul']) {
      const one = zone(name)
      for (const day of ['2026-03-07', '2026-03-28', '2026-10-24', '2026-10-31', '2026-12-31']) {
        for (let half = 0; half < 3 * 48; half += 1) {
          const time = (at(`${day}T00:00:00Z`) + (half * HOUR_MS) / 2) as EpochMs
          for (const which of ['first', 'last'] as readonly Which[]) {
            assert.equal(readTime(one, timeText(one, time), which), time)
            assert.equal(readTime(one, shortTimeText(one, time, which), which), time)
          }
        }
      }
    }
  })

  it('has a short text without an offset wherever that is enough', () => {
    const berlin = zone('Europe/Berlin')
    const short = (iso: string, which: Which) => shortTimeText(berlin, at(iso), which)
    assert.equal(short('2026-03-01T23:00:00Z', 'first'), '2026-03-02')
    assert.equal(short('2026-03-01T23:01:00Z', 'first'), '2026-03-02 00:01')
    assert.equal(short('2026-03-01T23:01:02Z', 'first'), '2026-03-02 00:01:02')
    assert.equal(short('2026-10-25T00:30:00Z', 'first'), '2026-10-25 02:30')
    assert.equal(short('2026-10-25T01:30:00Z', 'last'), '2026-10-25 02:30')
    assert.equal(short('2026-10-25T01:30:00Z', 'first'), '2026-10-25 02:30:00.000 +01:00')
  })
})

describe('A zone', () => {
  it('is known by every name of the time zone data base, and by no other', () => {
    for (const name of ['UTC', ...Intl.supportedValuesOf('timeZone')]) {
      assert.equal(zoneNamed(name)?.name, name)
    }
    for (const name of ['', 'Mars/Olympus', '+03:00', '../etc', 'a'.repeat(200), 'UTC\r\nX: y']) {
      assert.equal(zoneNamed(name), undefined, name)
    }
  })
})
