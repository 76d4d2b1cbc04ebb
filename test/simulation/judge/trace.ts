import { createHash } from 'node:crypto'
import type { VirtualTime } from '../../support/time/virtual-time.ts'

/** All that the world saw, a line for each thing, in order. */
export class Trace {
  readonly lines: string[] = []
  readonly #time: VirtualTime
  readonly #startedAt: number

  constructor(time: VirtualTime) {
    this.#time = time
    this.#startedAt = time.now
  }

  add(line: string): void {
    this.#time.activity += 1
    this.lines.push(`${this.#time.now - this.#startedAt} ${line}`)
  }

  digest(): string {
    return createHash('sha256').update(this.lines.join('\n')).digest('hex')
  }
}
