// A question to the person at the terminal before something is done that cannot be undone.
import process from 'node:process'
import { createInterface } from 'node:readline'

type Terminal = {
  readonly stdin: NodeJS.ReadableStream
  readonly stderr: NodeJS.WritableStream
}

/** Whether there is a person to ask: the question goes to stderr, the answer comes from stdin. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true
}

/** Whether the person answers with the word `yes`. The end of the input is a no. */
export async function confirm(
  question: string,
  { stdin, stderr }: Terminal = process,
): Promise<boolean> {
  stderr.write(`${question} Type yes to go on: `)
  const lines = createInterface({ input: stdin })
  try {
    for await (const line of lines) return line.trim().toLowerCase() === 'yes'
    stderr.write('\n')
    return false
  } finally {
    // Without this, a terminal that is still read keeps the process alive after the command.
    lines.close()
  }
}
