// What a subject is: a program that is measured, and how it is started.

import { existsSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

/** What a subject prints when it serves: its port, and what each request must carry. */
export type Ready = {
  readonly port: number
  /** Where several processes serve: the ports of all. Callers are spread over them. */
  readonly ports?: readonly number[]
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * A program that answers `POST /createSales` with 200 when the whole sale is durable. It gets `PORT`,
 * `CRM_MS` (milliseconds of each call to the CRM; 0 answers at once) and `DATA_DIR` (a folder for all
 * its files), prints one line `ready {"port":…}` when it serves, and ends on SIGTERM, with all that it
 * has started. Whatever it starts is its child, so that it can be measured.
 */
export type Subject = {
  readonly name: string
  readonly kind: 'floor' | 'ours' | 'engine'
  /** What it is, for the page. */
  readonly what: string
  /** From the folder `bench`. */
  readonly file: string
  readonly args?: readonly string[]
  readonly runtime?: 'node' | 'deno'
  readonly env?: Readonly<Record<string, string>>
  /** It needs a package of `bench/package.json`, as engines do. */
  readonly needsPackages?: true
  /** Its CRM answers at once, whatever `CRM_MS` is. */
  readonly isInstant?: true
  /** Reads the line that says that it serves, where that is not `ready {…}`. */
  readonly ready?: (line: string) => Ready | undefined
}

const BENCH = fileURLToPath(new URL('..', import.meta.url))
export const DENO = path.join(BENCH, '../node_modules/deno/deno')

/** Reads the line of the protocol in what a subject wrote so far. */
export function readyLine(said: string): Ready | undefined {
  const json = /^ready (\{.*\})$/m.exec(said)?.[1]
  return json === undefined ? undefined : (JSON.parse(json) as Ready)
}

/** The command line of a subject. */
export function commandOf(subject: Subject): { file: string; args: readonly string[] } {
  const file = path.join(BENCH, subject.file)
  const args = subject.args ?? []
  if (subject.runtime !== 'deno') return { file: process.execPath, args: [file, ...args] }
  return { file: DENO, args: ['run', '-A', file, ...args] }
}

/** Whether all that the subject needs is there. */
export function isInstalled(subject: Subject): boolean {
  return existsSync(path.join(BENCH, subject.file)) && existsSync(commandOf(subject).file)
}
