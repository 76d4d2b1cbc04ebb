// The process of a server, under a shell that ends it when this process ends in any way, also by SIGKILL.

import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { RUNS_AS, SERVER_FILES } from './programs.ts'

const POLL_MS = 5

/** Far more than a start or an end takes, so that a slow machine is no failure. */
const PATIENCE_MS = 60_000

/** The line of `postmaster.pid` that says whether connections are taken, from 0. */
const STATUS_LINE = 7

/**
 * Reads words from its input and does them: `start`, or a signal for the server. The input ends when we do;
 * then the server ends at once, and its folder goes. `postmaster.pid` is gone when the server is, so that
 * nobody needs to listen to the shell, and it does not keep us from ending. With `KILL` its children, found
 * while it cannot make more of them, end with it; each is waited for at most 2 s. A zombie has no `exe`.
 */
const WATCH = `
folder=$1; shift
while read -r word; do
  case $word in
  start) "$@" </dev/null >>"$folder/log" 2>&1 & pid=$! ;;
  *)
    children=
    if [ "$word" = KILL ]; then
      kill -s STOP "$pid"
      children=$(cat "/proc/$pid/task/$pid/children" 2>/dev/null)
    fi
    kill -s "$word" "$pid" $children
    wait "$pid"
    for child in $children; do
      tries=0
      while [ -e "/proc/$child/exe" ] && [ $tries -lt 200 ]; do tries=$((tries + 1)); sleep 0.01; done
    done
    rm -f "$folder/data/postmaster.pid" ;;
  esac
done
kill -s QUIT "$pid"
wait
rm -rf "$folder"
`

/** The process of one server. */
export type WatchedServer = {
  /** Resolves when it takes connections. */
  start(): Promise<void>
  /** Ends it by a signal, and resolves when it and its children are gone. */
  end(signal: 'INT' | 'QUIT' | 'KILL'): Promise<void>
  /** Ends it for good; its folder is gone then. */
  remove(): Promise<void>
}

/** Watches over a server that is to be started by this command, with its files in the folder. */
export function watchServer(folder: string, command: readonly string[]): WatchedServer {
  const shell = spawn('sh', ['-c', WATCH, 'sh', folder, ...command], {
    ...RUNS_AS,
    cwd: SERVER_FILES,
    // A group of its own: who kills the group of this process does not kill the shell before it has ended the server.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  letGo(shell)
  const status = path.join(folder, 'data/postmaster.pid')
  const say = (word: string) => shell.stdin?.write(`${word}\n`)
  return {
    async start() {
      say('start')
      await until(folder, 'start', () => isReady(status))
    },
    async end(signal) {
      say(signal)
      await until(folder, 'end', () => !existsSync(status))
    },
    async remove() {
      shell.stdin?.end()
      await until(folder, 'go', () => !existsSync(folder))
    },
  }
}

/** Lets this process end while the shell and the pipe to it are there. */
function letGo(shell: ChildProcess): void {
  shell.unref()
  const pipe = shell.stdin
  if (pipe !== null && 'unref' in pipe && typeof pipe.unref === 'function') pipe.unref()
}

async function isReady(status: string): Promise<boolean> {
  const text = await readFile(status, 'utf8').catch(() => '')
  return text.split('\n')[STATUS_LINE]?.trim() === 'ready'
}

async function until(
  folder: string,
  what: string,
  condition: () => boolean | Promise<boolean>,
): Promise<void> {
  const giveUpAt = performance.now() + PATIENCE_MS
  while (!(await condition())) {
    if (performance.now() > giveUpAt) {
      const log = await readFile(path.join(folder, 'log'), 'utf8').catch(() => '')
      throw new Error(`PostgreSQL did not ${what}: ${log}`)
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}
