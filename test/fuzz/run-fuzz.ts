// Plays requests against a gateway until they are enough, and judges each answer and what is left.

import fc from 'fast-check'
import { damagedFlaws, flawsOf } from './judge/judge-answer.ts'
import {
  growthFlaws,
  leftFlaws,
  livingFlaws,
  type Size,
  sizeOf,
  untilAtRest,
} from './judge/judge-end.ts'
import { type Memory, makeMemory } from './requests/memory.ts'
import { bytesOf, type FuzzRequest } from './requests/request.ts'
import { batchesOf, oneOfEach, requests } from './requests/requests.ts'
import { openSite, type Site } from './site.ts'
import { type Connections, openConnections } from './wire/connections.ts'
import type { WireAnswer } from './wire/parse-answer.ts'
import { reproductionOf } from './wire/reproduction.ts'

/** Requests that are under way together. */
const TOGETHER_MAX = 8

/** Batches between two looks at the count. */
const ROUND = 20

/** Milliseconds for a round: a finding is made smaller as long as that takes. */
const ROUND_MS_MAX = 60_000

/** Findings after which a run ends: more of them say less. */
const FINDINGS_MAX = 10

/** Characters of the last words of a process that has ended. */
const SAID_MAX = 2_000

/** The share of the requests after which nothing may grow. */
const WARM_SHARE = 0.25

export type FuzzReport = {
  readonly requests: number
  /** How many answers of each status, to requests that began as one to this operation. */
  readonly answers: ReadonlyMap<string, ReadonlyMap<string, number>>
  readonly findings: readonly string[]
  /** Not set where the run ended before, and its process, too. */
  readonly early: Size | undefined
  readonly late: Size | undefined
}

/**
 * The same seed draws the same requests, up to the ids that earlier answers gave.
 *
 * @param onProgress is told the count of requests, now and then
 */
export async function runFuzz(
  options: { readonly requests: number; readonly seed: number },
  onProgress: (count: number, findings: readonly string[]) => void = () => {},
): Promise<FuzzReport> {
  await using site = await openSite()
  const memory = makeMemory()
  const connections = openConnections(site.port)
  const play = makePlayer(site, memory, connections)
  const findings: string[] = []
  const batches = batchesOf(requests(memory), TOGETHER_MAX)
  let early: Size | undefined

  const round = async (
    drawn: fc.Arbitrary<readonly FuzzRequest[]>,
    seed: number,
    numRuns: number,
  ) => {
    play.begin()
    const found = await fc.check(fc.asyncProperty(drawn, play.batch), {
      seed,
      numRuns,
      interruptAfterTimeLimit: ROUND_MS_MAX,
    })
    const [batch = []] = found.counterexample ?? []
    if (found.failed) findings.push(wordsOf(batch, found.errorInstance, seed, site))
    onProgress(play.count(), findings)
  }
  await round(oneOfEach(memory), options.seed, 1)
  for (let seed = options.seed; play.count() < options.requests; seed += 1) {
    await round(batches, seed, ROUND)
    const isWarm = play.count() >= options.requests * WARM_SHARE
    if (early === undefined && isWarm && !site.gateway.hasEnded()) early = await sizeOf(site)
    if (findings.length >= FINDINGS_MAX || site.gateway.hasEnded()) break
  }

  connections.close()
  const { answers } = play
  if (site.gateway.hasEnded()) {
    findings.push(`the process has ended: ${site.said().slice(-SAID_MAX)}`)
    return { requests: play.count(), answers, findings, early, late: early }
  }
  await site.calm()
  await untilAtRest(site)
  const late = await sizeOf(site)
  findings.push(
    ...growthFlaws(early ?? late, late),
    ...(await livingFlaws(site)),
    ...(await leftFlaws(site)),
  )
  return { requests: play.count(), answers, findings, early, late }
}

function wordsOf(batch: readonly FuzzRequest[], error: unknown, seed: number, site: Site): string {
  const why = error instanceof Error ? error.message : String(error)
  return `${why}\nseed ${seed}, together:\n${batch.map((request) => reproductionOf(request, site.keyText)).join('\n')}`
}

function makePlayer(site: Site, memory: Memory, connections: Connections) {
  const answers = new Map<string, Map<string, number>>()
  let count = 0
  let isShrinking = false

  return {
    answers,
    /** Requests so far, without those that make a finding smaller. */
    count: () => count,
    begin() {
      isShrinking = false
    },
    batch,
  }

  /** @throws {Error} with all that is wrong with the answers. */
  async function batch(asked: readonly FuzzRequest[]): Promise<void> {
    const flaws = (await Promise.all(asked.map(ask))).flat()
    if (!isShrinking) count += asked.length
    if (site.gateway.hasEnded()) flaws.push('the process has ended')
    isShrinking ||= flaws.length > 0
    if (flaws.length > 0) throw new Error(flaws.join('\n'))
  }

  async function ask(request: FuzzRequest): Promise<readonly string[]> {
    const bytes = bytesOf(request, site.keyText)
    const asked = { request, ...firstLineOf(bytes) }
    const isOfHead = asked.method === 'HEAD'
    if (request.damage.length > 0 || asked.method === 'CONNECT') {
      const came = await connections.send(bytes, isOfHead)
      for (const answer of came) countStatus(request, answer)
      return damagedFlaws(asked, bytes, came)
    }
    const answer = await connections.ask(bytes, isOfHead)
    countStatus(request, answer)
    if (typeof answer === 'string') return [`${asked.method} ${asked.url}: no answer, ${answer}`]
    remember(request, answer)
    return flawsOf(asked, answer).map((flaw) => `${asked.method} ${asked.url}: ${flaw}`)
  }

  function countStatus({ target }: FuzzRequest, answer: WireAnswer | 'closed' | 'silent'): void {
    const { operationId } = target.operation
    const counts = answers.get(operationId) ?? new Map<string, number>()
    const status = typeof answer === 'string' ? answer : String(answer.status)
    answers.set(operationId, counts.set(status, (counts.get(status) ?? 0) + 1))
  }

  function remember(request: FuzzRequest, { status, headers, body }: WireAnswer): void {
    memory.keep('headers', headers)
    const { parameters = [] } = request.target.operation
    for (const [name, value] of status === 200 ? request.headers : []) {
      if (parameters.some((known) => known.name === name)) memory.keep(name, value)
    }
    const type = headers['content-type'] ?? ''
    if (!type.includes('json') || body.length > REMEMBERED_BYTES_MAX) return
    for (const line of body.split('\n', 1)) memory.keep('body', jsonOf(line))
  }
}

/** A longer answer, such as a whole page of the log, is not looked through. */
const REMEMBERED_BYTES_MAX = 100_000

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What stands in the first line that is not empty. */
function firstLineOf(bytes: string): { readonly method: string; readonly url: string } {
  const [, method = '', url = ''] = /^[\r\n]*([^ \r\n]+) +([^ \r\n]*)/.exec(bytes) ?? []
  return { method, url }
}
