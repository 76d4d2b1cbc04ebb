// Asks over real sockets: some are kept and used again, as pools do.

import { Buffer } from 'node:buffer'
import { connect } from 'node:net'
import { parseAnswer, type WireAnswer } from './parse-answer.ts'

/** Milliseconds without an answer after which there is none. Far more than the slowest sale takes. */
const ANSWER_MS_MAX = 30_000

/** Connections that wait to be used again. */
const IDLE_MAX = 8

/** One connection, as its answers come. */
type Connection = {
  send(bytes: string): void
  /** Says that no more is sent. */
  end(): void
  /** The next answer; `closed` where the connection ends without one, `silent` where none comes in time. */
  next(isOfHead: boolean): Promise<WireAnswer | 'closed' | 'silent'>
  isOpen(): boolean
  close(): void
}

export type Connections = {
  /** One whole request over a connection that may have been used, and its answer. */
  ask(bytes: string, isOfHead: boolean): Promise<WireAnswer | 'closed' | 'silent'>
  /** Bytes that may be no request, over a connection of their own, and every answer until its end. */
  send(bytes: string, isOfHead: boolean): Promise<readonly (WireAnswer | 'silent')[]>
  close(): void
}

/** Answers to one piece of bytes: beyond these, something repeats itself. */
const ANSWERS_MAX = 50

export function openConnections(port: number): Connections {
  const idle: Connection[] = []

  return {
    async ask(bytes, isOfHead) {
      const connection = takeIdle() ?? open(port)
      connection.send(bytes)
      const answer = await connection.next(isOfHead)
      const mayStay = typeof answer === 'object' && answer.headers['connection'] !== 'close'
      if (mayStay && connection.isOpen() && idle.length < IDLE_MAX) idle.push(connection)
      else connection.close()
      return answer
    },
    async send(bytes, isOfHead) {
      const connection = open(port)
      connection.send(bytes)
      // Node drops what it has not answered yet when its caller ends. So a whole request is answered first.
      if (!isWhole(bytes)) connection.end()
      const answers: (WireAnswer | 'silent')[] = []
      while (answers.length < ANSWERS_MAX) {
        const answer = await connection.next(isOfHead && answers.length === 0)
        if (answer === 'closed') break
        answers.push(answer)
        if (answer === 'silent') break
        connection.end()
      }
      connection.close()
      return answers
    },
    close() {
      for (const connection of idle.splice(0)) connection.close()
    },
  }

  function takeIdle(): Connection | undefined {
    for (let one = idle.pop(); one !== undefined; one = idle.pop()) {
      if (one.isOpen()) return one
      one.close()
    }
    return undefined
  }
}

/** Whether a server that reads these bytes waits for no more of them, as far as one can tell from afar. */
export function isWhole(bytes: string): boolean {
  const [head = '', ...rest] = bytes.trimStart().split('\r\n\r\n')
  if (rest.length === 0) return false
  const body = rest.join('\r\n\r\n')
  if (/^transfer-encoding/im.test(head)) return body.includes('0\r\n\r\n')
  const lengths = [...head.matchAll(/^content-length: *(\S*)/gim)]
  return lengths.every(([, length]) => body.length >= Number(length))
}

function open(port: number): Connection {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  let received = ''
  let isEnd = false
  let wake = () => {}
  socket.setEncoding('latin1').setNoDelay(true)
  socket.on('data', (text) => {
    received += text
    wake()
  })
  for (const event of ['end', 'close', 'error']) {
    socket.on(event, () => {
      isEnd = true
      wake()
    })
  }
  return {
    send: (bytes) => void socket.write(Buffer.from(bytes, 'latin1')),
    end: () => void socket.end(),
    async next(isOfHead) {
      const giveUpAt = performance.now() + ANSWER_MS_MAX
      while (performance.now() < giveUpAt) {
        const read = parseAnswer(received, isOfHead, isEnd)
        if (read !== undefined) {
          received = received.slice(read.length)
          return read.answer
        }
        if (isEnd) return 'closed'
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, giveUpAt - performance.now())
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      return 'silent'
    },
    isOpen: () => !isEnd && received === '',
    close: () => socket.destroy(),
  }
}
