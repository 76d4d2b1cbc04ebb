import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { AppError } from '../../../src/application/base/errors.ts'
import type { DiskReserve } from '../../../src/application/storage/disk-reserve.port.ts'
import {
  makeWatchStorage,
  RESERVE_BYTES,
  RESERVE_BYTES_MAX,
  WAL_LARGE_BYTES,
} from '../../../src/application/storage/watch-storage.ts'
import { ManualClock } from '../../support/fakes/manual-clock.ts'

const MIB = 1024 * 1024
const LOOK_EVERY_MS = 1_000
const [RESERVE_MIB, MAX_MIB] = [RESERVE_BYTES / MIB, RESERVE_BYTES_MAX / MIB]

/** A disk whose free room a test sets, and what is said about it. */
function makePlace(freeMib: number) {
  const disk = { freeMib, reserveMib: 0, walMib: 4, isMade: true }
  const lines: string[] = []
  const say = (_fields: object, message: string) => void lines.push(message)
  const reserve: DiskReserve = {
    sizeBytes: () => disk.reserveMib * MIB,
    isWhole: (bytes) => disk.reserveMib * MIB === bytes,
    freeBytes: async () => disk.freeMib * MIB,
    async make(bytes) {
      if (!disk.isMade) throw new AppError('unavailable', 'reserve: it cannot be made')
      disk.freeMib += disk.reserveMib - bytes / MIB
      disk.reserveMib = bytes / MIB
    },
    letGo() {
      disk.freeMib += disk.reserveMib
      disk.reserveMib = 0
    },
  }
  const clock = new ManualClock()
  const walBytes = () => disk.walMib * MIB
  const logger = { info: say, warn: say, error: say }
  return { disk, lines, clock, storage: makeWatchStorage({ reserve, walBytes, clock, logger }) }
}

describe('A disk that is watched for room', () => {
  it('takes no sale before the first look, then makes its reserve', async () => {
    const { disk, storage, lines } = makePlace(100)
    assert.match(storage.full() ?? '', /full/)
    await storage.look()
    assert.equal(storage.full(), undefined)
    assert.equal(disk.reserveMib, RESERVE_MIB)
    assert.deepEqual(lines, [])
  })

  it('lets the reserve go when a write finds no room, and takes no sale until it is whole', async () => {
    const { disk, storage, lines } = makePlace(100)
    await storage.look()
    disk.freeMib = 0
    storage.onFull()
    storage.onFull()
    assert.equal(disk.reserveMib, 0)
    assert.equal(disk.freeMib, RESERVE_MIB)
    for (const freeMib of [8, 19]) {
      disk.freeMib = freeMib
      await storage.look()
      assert.match(storage.full() ?? '', /full/, `${freeMib} MiB`)
      assert.equal(disk.reserveMib, 0)
    }
    disk.freeMib = 20
    await storage.look()
    assert.equal(storage.full(), undefined)
    assert.equal(disk.reserveMib, RESERVE_MIB)
    assert.equal(lines.length, 2, 'one line when it is full, one when it is not')
  })

  it('stops before a write fails, keeps its reserve, and does not switch back and forth', async () => {
    const { disk, storage } = makePlace(100)
    await storage.look()
    // MiB free, whether a sale is taken then
    const course = [
      [4, true],
      [3.9, false],
      [7.9, false],
      [8, true],
      [4, true],
    ] as const
    for (const [freeMib, isTaken] of course) {
      disk.freeMib = freeMib
      await storage.look()
      assert.equal(storage.full() === undefined, isTaken, `${freeMib} MiB`)
      assert.equal(disk.reserveMib, RESERVE_MIB)
    }
  })

  it('takes no sale while the reserve cannot be made', async () => {
    const { disk, storage, lines } = makePlace(100)
    disk.isMade = false
    await storage.look()
    assert.match(storage.full() ?? '', /full/)
    assert.equal(lines.length, 1)
  })

  it('makes room for the start where there is none, and only there', async () => {
    const { disk, storage } = makePlace(100)
    disk.reserveMib = RESERVE_MIB
    await storage.makeRoom()
    assert.equal(disk.reserveMib, RESERVE_MIB)
    disk.freeMib = 3.9
    await storage.makeRoom()
    assert.equal(disk.reserveMib, 0)
  })

  it('keeps more while the write-ahead log only grows, and less room takes no sale', async () => {
    const { disk, storage, lines } = makePlace(200)
    await storage.look()
    disk.walMib = WAL_LARGE_BYTES / MIB
    await storage.look()
    assert.equal(disk.reserveMib, RESERVE_MIB)
    assert.deepEqual(lines, [])
    disk.walMib += 1
    await storage.look()
    assert.equal(disk.reserveMib, MAX_MIB)
    assert.equal(storage.full(), undefined)

    disk.walMib = 4
    await storage.look()
    assert.equal(disk.reserveMib, RESERVE_MIB)
    disk.walMib = 195
    disk.freeMib = MAX_MIB - RESERVE_MIB + 3.9
    await storage.look()
    assert.match(storage.full() ?? '', /full/)
    assert.equal(disk.reserveMib, RESERVE_MIB)
  })

  it('logs that the write-ahead log grows, each time that it has doubled, and when it is small again', async () => {
    const { disk, storage, lines } = makePlace(1_000)
    for (const walMib of [17, 18, 33, 34, 60, 68, 8, 4, 20]) {
      disk.walMib = walMib
      await storage.look()
    }
    assert.deepEqual(
      lines.map((line) => line.split(' ').slice(0, 5).join(' ')),
      [
        ...Array(3).fill('the write-ahead log grows: another'),
        'the write-ahead log is small',
        'the write-ahead log grows: another',
      ],
    )
  })

  it('looks every second until it is stopped', async () => {
    const { disk, storage, clock } = makePlace(0)
    const stop = new AbortController()
    const running = storage.run(stop.signal)
    disk.freeMib = 100
    await tick(clock)
    assert.equal(storage.full(), undefined)
    disk.freeMib = 1
    await tick(clock)
    assert.match(storage.full() ?? '', /full/)
    stop.abort()
    await running
  })
})

async function tick(clock: ManualClock): Promise<void> {
  clock.advance(LOOK_EVERY_MS)
  // A look waits for promises only, which are done within a turn of the event loop.
  await new Promise((resolve) => setImmediate(resolve))
}
