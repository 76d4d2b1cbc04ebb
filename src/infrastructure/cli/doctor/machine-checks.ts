// The checks of this machine: the disk, the locks and the clock.

import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import path from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { makeDiskReserve } from '../../../adapters/disk/disk-reserve.ts'
import { remedyFor } from '../../../adapters/disk/unusable.ts'
import { walBytesOf } from '../../../adapters/sqlite/database/open-files.ts'
import {
  isServed,
  servingLockFile,
  takeServingLock,
} from '../../../adapters/sqlite/database/serving-lock.ts'
import type { WallClock } from '../../../application/base/clock.port.ts'
import { type AppError, errorCode } from '../../../application/base/errors.ts'
import {
  FREE_BYTES_MIN,
  RESERVE_BYTES,
  RESERVE_BYTES_MAX,
  WAL_LARGE_BYTES,
} from '../../../application/storage/watch-storage.ts'
import type { Config } from '../../config/config.ts'
import type { Store } from '../../service/open-store.ts'
import { type Diagnosis, failed, fine, warned } from './diagnosis.ts'

const MIB = 1024 * 1024

/** Bytes of the file that is written to try the disk. */
const PROBE_BYTES = 4_096

/** The quickest of so many syncs counts: another program may hold up one. */
const SYNCS = 3

/** Milliseconds of a sync beyond which sales get slow: four are on the way of each. */
const SYNC_MS_MAX = 500

/** Milliseconds between two clocks that are said, and beyond which what is recorded is wrong. */
const CLOCK_WARN_MS = 5_000
const CLOCK_FAIL_MS = 60_000

/** Milliseconds for the CRM to answer with its time. */
const TIME_ANSWER_MS = 5_000

/** The file that must have room. With PostgreSQL it is that of the newest checkpoint. */
function fileOf({ database, audit }: Config): string {
  return database.type === 'sqlite' ? database.path : audit.checkpointsPath
}

function folderOf(config: Config): string {
  return path.dirname(path.resolve(fileOf(config)))
}

/** Whether the disk of the database has room, and can be written and synced. */
export async function lookAtDisk(config: Config): Promise<Diagnosis> {
  const folder = folderOf(config)
  if (!existsSync(folder)) {
    const remedy = 'Set DATA_DIR as for the service. The first "gateway serve" makes it.'
    return warned(`${folder} is not there`, remedy)
  }
  const reserve = makeDiskReserve(fileOf(config))
  const free = (await reserve.freeBytes()) ?? Number.POSITIVE_INFINITY
  const wal = walBytesOf(fileOf(config))
  let syncMs: number
  try {
    syncMs = await timeSync(folder)
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    return failed(`${folder} cannot be written: ${code}`, `${remedyFor(folder, error)}.`)
  }
  const taken = reserve.sizeBytes()
  const seen = `${mib(free)} free, reserve ${mib(taken)}, a write is synced in ${syncMs} ms`
  if (free < FREE_BYTES_MIN + Math.max(0, RESERVE_BYTES - taken)) {
    return failed(seen, `Make room on ${folder}: 20 MiB at least. New sales get 503 until then.`)
  }
  if (wal > WAL_LARGE_BYTES) {
    const grown = `the write-ahead log has ${mib(wal)}; ${seen}`
    const remedy = `End the program that reads without an end: fuser ${fileOf(config)}`
    return warned(grown, remedy)
  }
  if (free < FREE_BYTES_MIN + RESERVE_BYTES_MAX) {
    return warned(seen, `Make room on ${folder}: it is nearly full.`)
  }
  if (syncMs <= SYNC_MS_MAX) return fine(seen)
  return warned(seen, 'Use a faster disk: four such writes are on the way of each sale.')
}

/** Writes and syncs a file of its own, and removes it. @returns milliseconds of the quickest sync */
async function timeSync(folder: string): Promise<number> {
  const probe = path.join(folder, `.doctor-${randomBytes(8).toString('hex')}`)
  const times: number[] = []
  try {
    const handle = await open(probe, 'wx', 0o600)
    try {
      for (let sync = 0; sync < SYNCS; sync += 1) {
        await handle.write(randomBytes(PROBE_BYTES))
        const before = performance.now()
        await handle.sync()
        times.push(performance.now() - before)
      }
    } finally {
      await handle.close()
    }
  } finally {
    await rm(probe, { force: true })
  }
  return Math.round(Math.min(...times))
}

function mib(bytes: number): string {
  if (!Number.isFinite(bytes)) return 'an unknown part'
  const [size, unit] = bytes >= 10_240 * MIB ? [bytes / MIB / 1_024, 'GiB'] : [bytes / MIB, 'MiB']
  return `${Math.floor(size)} ${unit}`
}

/** Whether locks can be had beside the database, and who has the one to serve it. */
export async function lookAtLocks(config: Config): Promise<Diagnosis> {
  const folder = folderOf(config)
  if (!existsSync(folder)) return fine('nobody serves what is not there')
  const probe = path.join(folder, `.doctor-${randomBytes(8).toString('hex')}`)
  try {
    takeServingLock(probe)?.release()
  } catch (error) {
    if (errorCode(error) !== 'refused') throw error
    const { cause } = error as AppError
    if (!(cause instanceof SqliteDatabase.SqliteError)) {
      return warned(`not tried: ${folder} cannot be written`, 'See "disk".')
    }
    const seen = `no file lock can be had in ${folder}`
    return failed(seen, 'Name a folder on a disk of this machine in DATA_DIR.')
  } finally {
    for (const end of ['', '-serving', '-serving-journal'])
      rmSync(`${probe}${end}`, { force: true })
  }
  const { database } = config
  if (database.type === 'postgres')
    return fine('locks can be had; those of sales are in PostgreSQL')
  if (!isServed(database.path)) return fine('nobody serves the database')
  const pid = holderOf(servingLockFile(database.path))
  return fine(`the database is served by ${pid === undefined ? 'a process' : `process ${pid}`}`)
}

/** The process that holds a lock on the file; `undefined` where the system does not tell. Source: proc(5). */
function holderOf(file: string): number | undefined {
  try {
    const end = `:${statSync(file).ino} `
    const lines = readFileSync('/proc/locks', 'utf8').split('\n')
    const holders = lines.flatMap((line) => {
      const pid = Number(/^\d+: \w+ +\w+ +WRITE +(\d+) /.exec(line)?.[1])
      return line.includes(end) && pid > 0 ? [pid] : []
    })
    // Two file systems may each have a file of this number.
    const [first] = holders
    return holders.every((pid) => pid === first) ? first : undefined
  } catch {
    return undefined
  }
}

/** Compares the clock of this machine with that of the CRM, and with the newest event of the log. */
export async function lookAtClock(
  { crm, zoho }: Config,
  clock: WallClock,
  store: Store | undefined,
): Promise<Diagnosis> {
  const eventAt = store && (await newestEventAt(store))
  const aheadMs = eventAt === undefined ? 0 : eventAt - clock.now()
  if (aheadMs > CLOCK_WARN_MS) {
    const seen = `the newest event of the log is ${seconds(aheadMs)} in the future`
    return judge(aheadMs)(seen, 'Set the clock of this machine: it has been set back.')
  }
  if (crm === 'fake') return fine(`not behind the log (${new Date(clock.now()).toISOString()})`)
  const { host } = new URL(zoho.apiUrl)
  const offMs = await offsetFrom(zoho.apiUrl, clock)
  if (offMs === undefined) {
    const remedy = 'Compare it by hand: date -u. See "crm" for why there was no answer.'
    return warned(`not compared: ${host} did not answer with its time`, remedy)
  }
  const away = Math.abs(offMs)
  if (offMs === 0) return fine(`the same as that of ${host}`)
  const seen = `${seconds(away)} ${offMs > 0 ? 'ahead of' : 'behind'} ${host}`
  if (away <= CLOCK_WARN_MS) return fine(seen)
  return judge(away)(seen, 'Set the clock of this machine, and let a time service (NTP) keep it.')
}

function judge(ms: number): typeof warned {
  return ms > CLOCK_FAIL_MS ? failed : warned
}

/** Milliseconds by which this clock is ahead of the server's; its header has whole seconds only. */
async function offsetFrom(url: string, clock: WallClock): Promise<number | undefined> {
  const before = clock.now()
  let date: string | null
  try {
    const signal = AbortSignal.timeout(TIME_ANSWER_MS)
    const answer = await fetch(url, { method: 'HEAD', redirect: 'manual', signal })
    date = answer.headers.get('date')
  } catch {
    return undefined
  }
  const theirs = Date.parse(date ?? '')
  const [first, last] = [before - (theirs + 999), clock.now() - theirs]
  if (Number.isNaN(theirs)) return undefined
  // Somewhere between the two: where 0 is possible, nothing is known to be wrong.
  if (first <= 0 && last >= 0) return 0
  return first > 0 ? first : last
}

async function newestEventAt(store: Store): Promise<number | undefined> {
  const [last] = await store.saleReader.events((await store.tree.size()) - 1, 1)
  return last !== undefined && 'at' in last ? Date.parse(last.at) : undefined
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1_000)} s`
}
