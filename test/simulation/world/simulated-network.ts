import type { FakeZoho } from '../../../src/adapters/fake-zoho/fake-zoho.ts'
import type { ZohoFetch } from '../../../src/adapters/zoho/exchange/zoho-config.ts'
import type { VirtualTime } from '../../support/time/virtual-time.ts'
import type { Trace } from '../judge/trace.ts'
import type { Dials, Range } from '../plan/dials.ts'
import type { SeededRandom } from '../plan/seeded-random.ts'
import { never, type SimulatedProcess } from './simulated-process.ts'

const TOKEN_PATH = '/oauth/v2/token'

/** What becomes of one exchange with the CRM, drawn before it begins. */
type Fate = {
  readonly type: 'carried' | 'refused' | 'requestLost' | 'answerLost'
  readonly isCut: boolean
  readonly thereMs: number
  readonly backMs: number
  readonly isLostWithSender: boolean
}

/** The way from each process to the fake Zoho, which lives on when a process dies. */
export class SimulatedNetwork {
  /** Every access token that Zoho gave out. */
  readonly tokens = new Set<string>()
  /** Calls for a token that brought one, or may have without anybody knowing. */
  tokenCalls = 0
  /** Zoho has answered such a call with an error: it gives none for a while. */
  isTokenRefused = false
  readonly #deps: NetworkDeps
  /** The fake is never given up on, so that what was sent is applied, as at Zoho. */
  readonly #untilTheEnd = new AbortController()

  constructor(deps: NetworkDeps) {
    this.#deps = deps
  }

  fetchOf(process: SimulatedProcess): ZohoFetch {
    return async (url, init) => {
      const what = `${init.method ?? 'GET'} ${url.slice(url.indexOf('/', 8))}`
      this.#deps.onWrite(process, what, typeof init.body === 'string' ? init.body : '')
      await process.reach(`send ${what}`, hasEffect(what))
      const { signal, body } = init
      if (typeof body === 'string') this.#deps.onSent(process, what, body)
      const fate = this.#draw(what)
      this.#deps.trace.add(`p${process.number} sends ${what} ${fate.type}`)
      const given = Promise.withResolvers<never>()
      const giveUp = () => given.reject(signal?.reason)
      signal?.addEventListener('abort', giveUp, { once: true })
      // Its time was over while its process was stopped, right before it was written.
      if (signal?.aborted) giveUp()
      try {
        const answer = this.#carry(process, what, url, init, fate)
        const response = await Promise.race([answer, given.promise])
        await process.awake()
        if (this.#deps.onAnswered !== undefined) await this.#tell(process, what, response)
        return response
      } catch (error) {
        await process.awake()
        if (!process.alive) return never()
        this.#deps.trace.add(`p${process.number} fails ${what}`)
        throw error
      } finally {
        signal?.removeEventListener('abort', giveUp)
      }
    }
  }

  /** Lets go of the calls that hang for ever. */
  close(): void {
    this.#untilTheEnd.abort()
  }

  async #carry(
    process: SimulatedProcess,
    what: string,
    url: string,
    init: RequestInit,
    fate: Fate,
  ): Promise<Response> {
    const { time, fake, trace } = this.#deps
    await time.sleep(fate.thereMs)
    if (fate.type === 'refused') throw cut('ECONNREFUSED', 'connect')
    const isToken = url.endsWith(TOKEN_PATH)
    if (isToken) this.tokenCalls += 1
    if (fate.type === 'requestLost' || (!process.alive && fate.isLostWithSender)) {
      if (fate.isCut && process.alive) throw cut('ECONNRESET', 'read')
      return never()
    }
    const response = await fake.fetch(lightRequest(url, init, this.#untilTheEnd.signal))
    trace.add(`crm answers ${what} ${response.status}`)
    if (isToken) await this.#keepToken(response.clone())
    await process.reach(`applied ${what}`, hasEffect(what))
    await time.sleep(fate.backMs)
    if (fate.type === 'answerLost') {
      if (fate.isCut) throw cut('ECONNRESET', 'read')
      return never()
    }
    await process.reach(`answered ${what}`, hasEffect(what))
    return response
  }

  #draw(what: string): Fate {
    const { random, onFault } = this.#deps
    const dials = this.#deps.dials()
    const range = ([min, max]: Range) => random.int(min, max)
    // Drawn in any case, so that one exchange takes the same share of the row whatever its fate.
    const [refused, lost, unanswered] = [random.fraction(), random.fraction(), random.fraction()]
    const isCut = random.chance(dials.cut)
    const thereMs = range(random.chance(dials.slow) ? dials.slowMs : dials.thereMs)
    const backMs = range(random.chance(dials.slow) ? dials.slowMs : dials.backMs)
    const isLostWithSender = random.chance(dials.lostWithSender)
    const type =
      refused < dials.refused
        ? 'refused'
        : lost < dials.requestLost
          ? 'requestLost'
          : unanswered < dials.answerLost
            ? 'answerLost'
            : 'carried'
    if (type !== 'carried') onFault(`network ${type}${what.startsWith('POST') ? ' of a POST' : ''}`)
    const paceMs = this.#deps.paceMs()
    const pace = paceMs === undefined ? { thereMs, backMs } : { thereMs: paceMs, backMs: paceMs }
    return { type, isCut, ...pace, isLostWithSender }
  }

  async #tell(process: SimulatedProcess, what: string, response: Response): Promise<void> {
    try {
      this.#deps.onAnswered?.(process, what, response.status, await response.clone().text())
    } catch {
      // It was cut: nobody can say what the process reads of it.
    }
  }

  async #keepToken(response: Response): Promise<void> {
    const text = await response.text()
    if (response.status === 429 || text.includes('"error"')) this.isTokenRefused = true
    const found = /"access_token":"([^"]+)"/.exec(text)?.[1]
    if (found !== undefined) this.tokens.add(found)
    // A 2xx that names no error may have cost a token, and is counted like one by the gateway, too.
    else if (response.status >= 400 || text.includes('"error"')) this.tokenCalls -= 1
  }
}

type NetworkDeps = {
  readonly time: VirtualTime
  readonly trace: Trace
  readonly random: SeededRandom
  readonly fake: FakeZoho
  readonly dials: () => Dials['network']
  /** How long each call takes there, and back, while all take the same time. */
  readonly paceMs: () => number | undefined
  readonly onFault: (name: string) => void
  /** A process is about to send this, whatever becomes of it. */
  readonly onSent: (process: SimulatedProcess, what: string, body: string) => void
  /** A process has decided to send this; it may be stopped before it does. */
  readonly onWrite: (process: SimulatedProcess, what: string, body: string) => void
  /** An answer has reached a process, whole. */
  readonly onAnswered?:
    | ((process: SimulatedProcess, what: string, status: number, text: string) => void)
    | undefined
}

/** Whether anything outside is not as before: a refresh is one of ten in ten minutes. */
function hasEffect(what: string): boolean {
  return !what.startsWith('GET ') && !what.endsWith('/coql')
}

/** What `fetch` of Node throws. */
function cut(code: string, syscall: string): Error {
  const cause = Object.assign(new Error(`${syscall} ${code}`), { code, syscall })
  return new TypeError('fetch failed', { cause })
}

/** As much of a `Request` as the fake reads: a real one would be a third of a sale's cost. */
function lightRequest(url: string, init: RequestInit, signal: AbortSignal): Request {
  const { method = 'GET', body } = init
  const headers = new Headers(init.headers)
  const text = typeof body === 'string' ? body : ''
  return { method, url, headers, signal, text: async () => text } as unknown as Request
}
