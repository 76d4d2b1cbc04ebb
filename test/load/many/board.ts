// What the demo shows while it runs: on a terminal one picture that changes, in a pipe a line for each thing that happens.
import type { Callers } from './callers.ts'
import type { Instance } from './many-stage.ts'

/** Milliseconds between two pictures. */
const PICTURE_MS = 200

export type Board = {
  /** Shows that something happened, in words. */
  happened(what: string): void
  /** Shows the last picture, and no more. */
  close(): void
}

export type BoardOptions = {
  readonly write: (text: string) => void
  /** Whether a picture can be drawn over the one before. */
  readonly isTerminal: boolean
  readonly instances: readonly Instance[]
  readonly callers: Callers
}

export function openBoard({ write, isTerminal, instances, callers }: BoardOptions): Board {
  const startedAt = performance.now()
  let newest = 'callers ask all three in turn'
  let drawn = 0
  let isOpen = true
  const timer = isTerminal ? setInterval(draw, PICTURE_MS) : undefined
  if (isTerminal) draw()
  return {
    happened(what) {
      newest = what
      if (isTerminal) draw()
      else write(`${secondsNow()}  ${what}; ${salesNow()}\n`)
    },
    close() {
      clearInterval(timer)
      if (isTerminal && isOpen) draw()
      isOpen = false
    },
  }

  function secondsNow(): string {
    return `${((performance.now() - startedAt) / 1_000).toFixed(1).padStart(5)} s`
  }

  function salesNow(): string {
    const answers = callers.answers()
    const failed = answers.filter(({ status }) => status === 500).length
    const underWay = callers.asked() - answers.length
    return `${answers.length - failed} complete, ${failed} rolled back, ${underWay} open`
  }

  function draw(): void {
    const slowest = Math.max(0, ...callers.answers().map(({ ms }) => ms))
    const lines = [
      ...instances.map((one) => lineOf(one, callers.from(one.name))),
      '',
      `  sales: ${salesNow()}`,
      `  asked again ${callers.repeats()} times; the slowest answer took ${(slowest / 1_000).toFixed(1)} s`,
      `  ${secondsNow()}  ${newest}`,
    ]
    // Up to the first line of the picture before, and each line cleared as it is written.
    write(
      `${drawn === 0 ? '' : `\u001b[${drawn}A`}${lines.map((line) => `\u001b[2K${line}\n`).join('')}`,
    )
    drawn = lines.length
  }
}

function lineOf(instance: Instance, answers: number): string {
  const state = instance.url() === undefined ? 'killed ' : 'serving'
  const kills = instance.kills() === 1 ? 'once' : `${instance.kills()} times`
  return `  ${instance.name}  ${state}  ${String(answers).padStart(6)} answers, killed ${kills}`
}
