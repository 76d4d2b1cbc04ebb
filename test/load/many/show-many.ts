// The demo of several gateways: sales all the time, one gateway after the other killed and started again, and what came of it.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Screen } from '../../../src/infrastructure/demo/screen.ts'
import { type Board, openBoard } from './board.ts'
import { startCallers } from './callers.ts'
import { type ManyStage, makeManyStage } from './many-stage.ts'
import { judge, type Verdict } from './verdict.ts'

const INSTANCES = 3

/** Callers who ask for one sale after the other, each with a key of its own. */
const CALLERS = 12

/** Between two kills, and until the killed one is started again. */
const KILL_EVERY_MS = 4_000
const DOWN_MS = 1_500

export type ShowOptions = {
  readonly screen: Screen
  readonly write: (text: string) => void
  readonly isTerminal: boolean
  /** How long sales are asked for. */
  readonly runMs: number
  readonly signal: AbortSignal
}

/**
 * Shows it, and says what came of it. Removes what it made, also when it is aborted.
 *
 * @throws {Error} when something did not end at all
 */
export async function showMany(options: ShowOptions): Promise<Verdict> {
  const { screen, signal } = options
  await screen.chapter(`${INSTANCES} gateways over one PostgreSQL`)
  screen.say('They start, each a process of its own, with a fake Zoho behind them.')
  await using stage = await makeManyStage(INSTANCES)
  await Promise.all(stage.instances.map((one) => one.start()))
  signal.throwIfAborted()
  screen.say(
    `${CALLERS} callers now ask for sales all the time, each at another gateway. Every ` +
      `${KILL_EVERY_MS / 1_000} seconds one gateway is killed (SIGKILL) and started again. ` +
      'Whoever gets no answer asks another one, with the same Idempotency-Key.',
  )
  screen.gap()
  const verdict = await playOn(stage, options)
  await screen.chapter('What came of it')
  showVerdict(screen, verdict, stage)
  return verdict
}

async function playOn(
  stage: ManyStage,
  { write, isTerminal, runMs, signal }: ShowOptions,
): Promise<Verdict> {
  const { instances } = stage
  const callers = startCallers(instances, stage.key, CALLERS)
  const board = openBoard({ write, isTerminal, instances, callers })
  try {
    await killInTurn(stage, board, runMs, signal)
    board.happened('no more sales are asked for')
    await callers.finish()
    board.close()
    return await judge(stage, callers)
  } finally {
    board.close()
  }
}

/** Kills one after the other until the time is over; then all run. */
async function killInTurn(
  { instances }: ManyStage,
  board: Board,
  runMs: number,
  signal: AbortSignal,
): Promise<void> {
  const endAt = performance.now() + runMs
  for (let turn = 0; performance.now() < endAt; turn += 1) {
    await sleep(Math.min(KILL_EVERY_MS - DOWN_MS, runMs), undefined, { signal })
    const victim = instances[turn % instances.length]
    if (victim === undefined) return
    await victim.kill()
    board.happened(`${victim.name} was killed`)
    await sleep(DOWN_MS, undefined, { signal })
    await victim.start()
    board.happened(`${victim.name} serves again`)
  }
}

function showVerdict(screen: Screen, verdict: Verdict, { instances }: ManyStage): void {
  const { asked, answered, completed, rolledBack, records, auditSays, wrong } = verdict
  const kills = instances.reduce((sum, one) => sum + one.kills(), 0)
  screen.gap()
  screen.item('  Callers', `${asked} sales asked for, ${answered} answered`)
  screen.item('  Log    ', `${completed} completed, ${rolledBack} rolled back`)
  screen.item('  Zoho   ', `${records} Deals, Quotes and Sales Orders of completed sales, each one`)
  screen.item('  Audit  ', `audit verify: ${auditSays}`)
  for (const what of wrong) screen.item('  WRONG  ', what, 'bad')
  const well = `${kills === 1 ? '1 kill' : `${kills} kills`}, and no sale was lost, doubled or left half-made.`
  screen.say(
    wrong.length === 0 ? well : 'Not all is as it has to be.',
    wrong.length === 0 ? 'good' : 'bad',
  )
}
