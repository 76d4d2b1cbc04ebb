// `gateway demo`: the demo on this terminal, or into this pipe.
import { once } from 'node:events'
import process from 'node:process'
import { Command } from 'commander'
import { pauseForReader } from '../demo/pause-for-reader.ts'
import { makeScreen } from '../demo/screen.ts'
import { tour } from '../demo/tour.ts'

export function demoCommand(): Command {
  return new Command('demo')
    .description('watch the gateway at work: a sale, a failure, a crash and its recovery')
    .action(showDemo)
}

/** The exit code of a program that Ctrl-C has ended, as shells count it: 128 and the signal's 2. */
const INTERRUPTED = 130

async function showDemo(): Promise<void> {
  const { stdout, env } = process
  const isTerminal = stdout.isTTY === true && env['TERM'] !== 'dumb'
  // https://no-color.org: any value but an empty one.
  const isColoured = isTerminal && !env['NO_COLOR']
  const pause = isTerminal ? pauseForReader : undefined
  const screen = makeScreen({ write: (text) => void stdout.write(text), isColoured, pause })
  let isInterrupted = false
  const interrupted = once(process, 'SIGINT').then(() => {
    isInterrupted = true
  })
  const unread = once(stdout, 'error')
  await tour(screen, Promise.race([interrupted, unread]))
  // Ends the process, because the chapter that was interrupted may still be waiting.
  if (isInterrupted) process.exit(INTERRUPTED)
  if (!stdout.writable) process.exit()
}
