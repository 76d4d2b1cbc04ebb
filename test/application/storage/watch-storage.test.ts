import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { AppError } from '../../../src/application/base/errors.ts'
import type { DiskReserve } from '../../../src/application/storage/disk-reserve.port.ts'
import { makeWatchStorage } from '../../../src/application/storage/watch-storage.ts'
import { ManualClock } from '../../support/fakes/manual-clock.ts'

const MIB = 1024 * 1024
const RESERVE_BYTES = 8 * MIB
const LOOK_EVERY_MS = 1_000

/** A disk whose free room a test sets, and what is said about it. */
function makePlace(freeMib: number) {
  const disk = { freeMib, isWhole: false, isMade: true }
  const lines: string[] = []
  const say = (_fields: object, message: string) => void lines.push(message)
  const reserve: DiskReserve = {
    sizeBytes: RESERVE_BYTES,
    isWhole: () => disk.isWhole,
    freeBytes: async () => disk.freeMib * MIB,
    async make() {
      if (!disk.isMade) throw new AppError('unavailable', 'reserve: it cannot be made')
      disk.isWhole = true
      disk.freeMib -= 8
    },
    letGo() {
      if (disk.isWhole) disk.freeMib += 8
      disk.isWhole = false
    },
  }
  const clock = new ManualClock()
  const logger = { info: say, warn: say, error: say }
  return { disk, lines, clock, storage: makeWatchStorage({ reserve, clock, logger }) }
}

describe('A disk that is watched for room', () => {
  it('takes no sale before the first look, then makes its reserve', async () => {
    const { disk, storage, lines } = makePlace(100)
    assert.match(storage.full() ?? '', /full/)
    await storage.look()
    assert.equal(storage.full(), undefined)
    assert.equal(disk.isWhole, true)
    assert.deepEqual(lines, [])
  })

  it('lets the reserve go when a write finds no room, and takes no sale until it is whole', async () => {
    const { disk, storage, lines } = makePlace(100)
    await storage.look()
    disk.freeMib = 0
    storage.onFull()
    storage.onFull()
    assert.equal(disk.isWhole, false)
    assert.equal(disk.freeMib, 8)
    for (const freeMib of [8, 15]) {
      disk.freeMib = freeMib
      await storage.look()
      assert.match(storage.full() ?? '', /full/, `${freeMib} MiB`)
      assert.equal(disk.isWhole, false)
    }
    disk.freeMib = 16
    await storage.look()
    assert.equal(storage.full(), undefined)
    assert.equal(disk.isWhole, true)
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
      assert.equal(disk.isWhole, true)
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
    disk.isWhole = true
    await storage.makeRoom()
    assert.equal(disk.isWhole, true)
    disk.freeMib = 3.9
    await storage.makeRoom()
    assert.equal(disk.isWhole, false)
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
