// Asks a person on the terminal, and reads what a script sends on stdin.
import { Buffer } from 'node:buffer'
import process from 'node:process'

/** Bytes of stdin that are read at most. */
const STDIN_BYTES_MAX = 65_536

/** Characters of one answer; more are not taken. */
const ANSWER_CHARS_MAX = 4_096

/** The exit code of a process that Ctrl-C ended. */
const INTERRUPTED = 130

const [CTRL_C, CTRL_D, BACKSPACE, DELETE] = ['\u0003', '\u0004', '\b', '\u007f']

/** Asks a question and returns the answer, without spaces around it. */
export function ask(question: string): Promise<string> {
  return readAnswer(question, (text) => text)
}

/** The same for a secret: it is not shown, only how many characters came. */
export async function askHidden(question: string): Promise<string> {
  const answer = await readAnswer(question, () => '')
  process.stderr.write(`  (${answer.length} characters)\n`)
  return answer
}

/** What was typed or pasted after the end of the last answer. */
let typedAhead = ''

/** In raw mode, because else the terminal itself would show every character. */
async function readAnswer(question: string, shown: (text: string) => string): Promise<string> {
  process.stderr.write(question)
  const { stdin } = process
  stdin.setRawMode(true)
  try {
    let answer = ''
    let pending = typedAhead
    typedAhead = ''
    for (;;) {
      for (const [index, char] of [...pending].entries()) {
        if (char === '\r' || char === '\n') {
          typedAhead = [...pending].slice(index + 1).join('')
          return answer.trim()
        }
        if (char === CTRL_C || char === CTRL_D) interrupted()
        if (char === BACKSPACE || char === DELETE) {
          if (answer !== '') process.stderr.write(shown('\b \b'))
          answer = answer.slice(0, -1)
        } else if (answer.length < ANSWER_CHARS_MAX) {
          answer += char
          process.stderr.write(shown(char))
        }
      }
      pending = await nextTyped()
    }
  } finally {
    stdin.setRawMode(false)
    process.stderr.write('\n')
  }
}

function nextTyped(): Promise<string> {
  const { stdin } = process
  return new Promise((resolve) => {
    const onEnd = () => interrupted()
    stdin.once('end', onEnd)
    stdin.once('data', (chunk) => {
      stdin.off('end', onEnd)
      // stdin is paused between answers, because an open stdin would keep the process alive.
      stdin.pause()
      resolve(String(chunk))
    })
    stdin.resume()
  })
}

/** Ends the process. The terminal is put back first: raw mode would outlive us. */
function interrupted(): never {
  process.stdin.setRawMode(false)
  process.stderr.write('\n')
  process.exit(INTERRUPTED)
}

/** The lines of stdin, to its end, without empty ones. `undefined`: more than can be meant. */
export async function stdinLines(): Promise<readonly string[] | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of process.stdin) {
    const part = Buffer.from(chunk)
    bytes += part.length
    if (bytes > STDIN_BYTES_MAX) return undefined
    chunks.push(part)
  }
  const lines = Buffer.concat(chunks).toString('utf8').split('\n')
  return lines.map((line) => line.trim()).filter((line) => line !== '')
}
