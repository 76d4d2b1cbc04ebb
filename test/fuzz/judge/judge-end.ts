// Judges what the fuzz leaves behind: the process, its memory, its sales, its log, and what it wrote.

import { parseScrape } from '../../support/gateway/scrape.ts'
import { until } from '../../support/time/until.ts'
import { heapAfterCollection } from '../heap.ts'
import { CANARY } from '../requests/odd-values.ts'
import type { Site } from '../site.ts'

export type Size = {
  readonly heapBytes: number
  readonly residentBytes: number
  readonly openFiles: number
}

/** Bytes of heap that a whole run may add: what 15,000 requests would keep is far more. */
const HEAP_GROWTH_BYTES_MAX = 4 * 1024 * 1024

/** The runtime gives memory back late: a whole run grew by 163 MiB at most, in garbage. */
const RESIDENT_GROWTH_BYTES_MAX = 256 * 1024 * 1024

/** Files and sockets beyond those of before: connections to the CRM, a mail on its way. */
const OPEN_FILES_MORE_MAX = 20

/** Milliseconds for the question whether it lives, on a loaded machine. */
const ALIVE_MS_MAX = 2_000

/** pino's number for `error`. */
const ERROR_LEVEL = 50

const PAGE_MAX = 1_000

/** How large the process is while nothing is asked of it. */
export async function sizeOf(site: Site): Promise<Size> {
  const heapBytes = await heapAfterCollection(site.said)
  const scrape = parseScrape(await (await fetch(`${site.gateway.url}/metrics`)).text())
  return {
    heapBytes,
    residentBytes: scrape.value('process_resident_memory_bytes'),
    // Deno does not tell it.
    openFiles: scrape.samples.find(({ name }) => name === 'process_open_fds')?.value ?? 0,
  }
}

export function growthFlaws(early: Size, late: Size): readonly string[] {
  const limits = [
    ['heapBytes', HEAP_GROWTH_BYTES_MAX],
    ['residentBytes', RESIDENT_GROWTH_BYTES_MAX],
    ['openFiles', OPEN_FILES_MORE_MAX],
  ] as const
  return limits.flatMap(([name, most]) => {
    const more = late[name] - early[name]
    return more <= most ? [] : [`growth: ${name} from ${early[name]} to ${late[name]}`]
  })
}

/** Waits until every sale is at rest, then judges the living process. */
export async function livingFlaws(site: Site): Promise<readonly string[]> {
  const { gateway } = site
  const begin = performance.now()
  const answer = await fetch(`${gateway.url}/livez`)
  const ms = performance.now() - begin
  const log = await wholeLog(site)
  return [
    ...(gateway.hasEnded() ? ['the process has ended'] : []),
    ...(answer.status === 200 && ms < ALIVE_MS_MAX ? [] : [`/livez: ${answer.status}, ${ms} ms`]),
    ...canaryIn(log, 'the event log'),
    ...(await site.mails()).flatMap((mail) => canaryIn(mail, 'a mail')),
  ]
}

export async function untilAtRest(site: Site): Promise<void> {
  const headers = { 'x-api-key': site.keyText('audit:read') ?? '' }
  for (const status of ['in_progress', 'rolling_back', 'stuck']) {
    await until(`no sale is ${status}`, async () => {
      const answer = await fetch(`${site.gateway.url}/sales?status=${status}`, { headers })
      return answer.status === 200 && (await answer.text()).startsWith('{"sales":[]')
    })
  }
}

async function wholeLog(site: Site): Promise<string> {
  const headers = { 'x-api-key': site.keyText('audit:read') ?? '' }
  let text = ''
  for (let after = 0; ; after += PAGE_MAX) {
    const page = await fetch(`${site.gateway.url}/log?limit=${PAGE_MAX}&after=${after}`, {
      headers,
    })
    const lines = await page.text()
    text += lines
    if (lines.split('\n').length <= PAGE_MAX) return text
  }
}

/** Stops it, and judges what it left. */
export async function leftFlaws(site: Site): Promise<readonly string[]> {
  const code = await site.gateway.stop()
  const verified = await site.command('audit', 'verify')
  const said = site.said()
  const errors = said.split('\n').filter((line) => levelOf(line) >= ERROR_LEVEL)
  return [
    ...(code === 0 ? [] : [`the process ended with ${code}: ${said.slice(-2_000)}`]),
    ...(verified.code === 0 ? [] : [`audit verify: ${verified.stdout}${verified.stderr}`]),
    ...[...new Set(errors.map((line) => `a line of the level error: ${line}`))].slice(0, 5),
    ...canaryIn(said, 'what it wrote to stderr'),
    ...secretsIn(said, site),
  ]
}

function levelOf(line: string): number {
  if (!line.startsWith('{')) return 0
  const { level } = JSON.parse(line) as { readonly level?: number | string }
  if (typeof level === 'number') return level
  return level === 'error' || level === 'fatal' ? ERROR_LEVEL : 0
}

function canaryIn(text: string, where: string): readonly string[] {
  const at = text.toLowerCase().indexOf(CANARY.toLowerCase())
  return at < 0
    ? []
    : [`${where} has what a request brought: ${text.slice(Math.max(0, at - 200), at + 60)}`]
}

function secretsIn(text: string, site: Site): readonly string[] {
  const key = site.keyText('admin') ?? ''
  return text.includes(key) ? ['what it wrote to stderr has a key'] : []
}
