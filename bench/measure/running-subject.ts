// Starts a subject in a process of its own with a fresh folder, and ends it.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { commandOf, type Ready, readyLine, type Subject } from '../base/subject.ts'

/** Milliseconds. An engine with a database of its own makes that first. */
const START_MS_MAX = 120_000
const STOP_MS_MAX = 30_000

/** Characters of a subject's log that the message of a failed start holds. */
const LOG_CHARS_MAX = 4_000

/** Variables of our own environment that a subject gets. */
const INHERITED = ['PATH', 'HOME', 'DENO_DIR', 'TMPDIR']

export type RunningSubject = {
  readonly pid: number
  readonly ready: Ready
  readonly dataDir: string
  /** Milliseconds from its start until it served. */
  readonly startMs: number
  /** Ends it. The folder stays. */
  stop(): Promise<void>
  /** Removes the folder, too. */
  [Symbol.asyncDispose](): Promise<void>
}

export type StartOptions = {
  readonly crmMs: number
  /** The folder under which each subject gets one of its own. It has to be on a disk. */
  readonly root: string
  /** A folder with the files of an earlier run; it is kept. */
  readonly dataDir?: string
  readonly env?: Readonly<Record<string, string>>
}

/** @throws {Error} when the subject ends, or takes too long, before it serves */
export async function startSubject(
  subject: Subject,
  { crmMs, root, dataDir: given, env }: StartOptions,
): Promise<RunningSubject> {
  mkdirSync(root, { recursive: true })
  const dataDir = given ?? mkdtempSync(path.join(root, `${subject.name}-`))
  const logFile = `${dataDir}.log`
  const log = openSync(logFile, 'a')
  const { file, args } = commandOf(subject)
  const begin = performance.now()
  const child = spawn(file, args, {
    cwd: path.dirname(root),
    env: {
      ...inherited(),
      PORT: '0',
      DATA_DIR: dataDir,
      CRM_MS: String(crmMs),
      ...subject.env,
      ...env,
    },
    stdio: ['ignore', 'pipe', log],
  })
  closeSync(log)
  const stop = () => stopProcess(child)
  const clear = async () => {
    await stop()
    rmSync(logFile, { force: true })
    if (given === undefined) rmSync(dataDir, { recursive: true, force: true })
  }
  try {
    const ready = await readyOf(child, subject)
    const startMs = performance.now() - begin
    const pid = child.pid ?? 0
    return { pid, ready, dataDir, startMs, stop, [Symbol.asyncDispose]: clear }
  } catch (error) {
    const said = readFileSync(logFile, 'utf8').slice(-LOG_CHARS_MAX)
    await clear()
    throw new Error(`${subject.name}: ${String(error)}\n${said}`)
  }
}

function inherited(): Record<string, string> {
  return Object.fromEntries(
    INHERITED.flatMap((name) => {
      const value = process.env[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

function readyOf(child: ChildProcess, subject: Subject): Promise<Ready> {
  const { promise, resolve, reject } = Promise.withResolvers<Ready>()
  const timer = setTimeout(() => reject(new Error('did not serve in time')), START_MS_MAX)
  let said = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    said += text
    const ready = (subject.ready ?? readyLine)(said)
    if (ready !== undefined) resolve(ready)
  })
  child.once('error', reject)
  child.once('exit', (code) => reject(new Error(`ended with ${code} before it served`)))
  return promise.finally(() => clearTimeout(timer))
}

async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX)
  await gone
  clearTimeout(timer)
}
