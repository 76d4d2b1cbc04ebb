// The surroundings of a gateway that is killed: folder, fake Zoho, mail server and callers live on.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type GatewayCommand,
  type GatewayProcess,
  type LaunchedGateway,
  launchGateway,
} from '../../../src/infrastructure/demo/gateway-process.ts'
import { makeFolder, runGateway } from '../../support/gateway/run-gateway.ts'
import { startSmtpServer } from '../../support/gateway/smtp-peer.ts'
import {
  assertAnswers,
  assertCrm,
  assertMails,
  assertNoSecret,
  MODULES,
  type SeenMail,
  salesOf,
} from './at-rest.ts'
import { type Ledger, makeLedger } from './callers.ts'
import { startFakeProcess } from './fake-process.ts'
import { type History, makeHistory } from './history.ts'

const AT_REST_WITHIN_MS = 60_000
const POLL_MS = 50
const ASK_AGAIN_MS = 200

export type Verdict = {
  readonly sales: number
  readonly completed: number
  readonly mails: number
  readonly secondCopies: number
}

/** A data folder, a Zoho that lives on, mails, callers; and one gateway process after another. */
export type Site = {
  readonly fake: Awaited<ReturnType<typeof startFakeProcess>>
  readonly ledger: Ledger
  readonly history: History
  readonly folder: string
  readonly settings: Readonly<Record<string, string>>
  /** Processes that were killed or that killed themselves. */
  readonly kills: number
  launch(more?: LaunchOptions): LaunchedGateway
  start(more?: LaunchOptions): Promise<GatewayProcess>
  /** SIGKILL; resolves when the process is gone, and so are its connections to the mail server. */
  kill(gateway: Pick<LaunchedGateway, 'kill'>): Promise<void>
  /** The same for one that ends by its own hand. */
  died(gateway: Pick<LaunchedGateway, 'ended'>): Promise<void>
  /** Notes that a process was killed or stopped just now, and that nothing more comes of it. */
  interrupted(): void
  /** Follows the log until nothing is left to be done for any sale. */
  untilAtRest(url: string): Promise<void>
  /** Gives every caller with a key its answer, and waits until all is at rest. */
  settle(url: string): Promise<void>
  /** Checks every invariant over all there ever was. To be asked at rest. */
  judge(url: string): Promise<Verdict>
  /** One more start, on which all comes to rest and is judged; it is stopped in order. */
  rest(): Promise<Verdict>
  [Symbol.asyncDispose](): Promise<void>
}

export type LaunchOptions = {
  readonly command?: GatewayCommand
  readonly settings?: Readonly<Record<string, string>>
}

export async function makeSite(
  options: {
    /** Mails go to a real SMTP server instead of files. */
    readonly smtp?: { readonly onAccepted?: (raw: string) => void }
    readonly settings?: Readonly<Record<string, string>>
  } = {},
): Promise<Site> {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(await makeFolder())
  const fake = await startFakeProcess()
  stack.defer(() => fake.close())
  // Ten minutes of refreshes pass in seconds here.
  await fake.settings({ refreshesMax: null })
  const smtp =
    options.smtp === undefined ? undefined : stack.use(await startSmtpServer(options.smtp))
  const secrets = { clientSecret: randomUUID(), refreshToken: randomUUID() }
  const settings = {
    PORT: '0',
    DATA_DIR: folder.path,
    CRM: 'zoho',
    ZOHO_ACCOUNTS_URL: fake.url,
    ZOHO_API_URL: fake.url,
    ZOHO_CLIENT_ID: 'crash',
    ZOHO_CLIENT_SECRET: secrets.clientSecret,
    ZOHO_REFRESH_TOKEN: secrets.refreshToken,
    ZOHO_SETTLE_MS: '400',
    ZOHO_REQUEST_TIMEOUT_MS: '1000',
    SALE_DEADLINE_MS: '4000',
    LOG_LEVEL: 'info',
    ...(smtp === undefined ? {} : { SMTP_URL: smtp.url }),
    ...options.settings,
  }
  const made = await runGateway(
    ['keys', 'create', '--create', '--name', 'crash', '--scope', 'admin'],
    settings,
  )
  const key = made.stdout.trim()
  assert.equal(made.code, 0, made.stderr)
  const foreign = new Set<string>()
  for (const module of MODULES) for (const id of await plant(module)) foreign.add(id)

  const ledger = makeLedger(key)
  const history = makeHistory(key)
  /** How many messages the mail server had at each kill. */
  const messagesAtKill: number[] = []
  let saidSinceJudged = ''
  /** A test that fails leaves its gateway behind. */
  const alive = new Set<LaunchedGateway>()
  stack.defer(async () => {
    await Promise.all([...alive].map((gateway) => gateway.kill()))
  })
  const kept = stack.move()

  const site: Site = {
    fake,
    ledger,
    history,
    folder: folder.path,
    settings,
    get kills() {
      return messagesAtKill.length
    },
    launch(more = {}) {
      const launched = launchGateway(
        { ...settings, ...more.settings },
        {
          ...(more.command === undefined ? {} : { command: more.command }),
          onStderr: (text) => {
            saidSinceJudged += text
          },
        },
      )
      alive.add(launched)
      void launched.ended.then(() => alive.delete(launched))
      return launched
    },
    start: (more) => site.launch(more).ready,
    async kill(gateway) {
      await gateway.kill()
      await site.died({ ended: Promise.resolve(null) })
    },
    async died(gateway) {
      await gateway.ended
      await smtp?.idle()
      site.interrupted()
    },
    interrupted() {
      messagesAtKill.push(smtp?.messages.length ?? 0)
    },
    async untilAtRest(url) {
      for (let waitedMs = 0; waitedMs < AT_REST_WITHIN_MS; waitedMs += POLL_MS) {
        await history.follow(url)
        if (isAtRest(history)) return
        await sleep(POLL_MS)
      }
      const open = salesOf(history.lines()).filter((sale) => !sale.isAtRest)
      throw new Error(`not at rest in time: ${open.map(({ saleId }) => saleId).join(', ')}`)
    },
    async settle(url) {
      for (let waitedMs = 0; ledger.unsettled().length > 0; waitedMs += ASK_AGAIN_MS) {
        if (waitedMs > AT_REST_WITHIN_MS) throw new Error('a key has no answer in time')
        await Promise.all(ledger.unsettled().map((ask) => ledger.ask(url, ask)))
        await sleep(ASK_AGAIN_MS)
      }
      await site.untilAtRest(url)
    },
    async rest() {
      await using gateway = await site.start()
      await site.settle(gateway.url)
      const verdict = await site.judge(gateway.url)
      assert.equal(await gateway.stop(), 0)
      return verdict
    },
    async judge(url) {
      await history.verifyAll(url)
      const sales = salesOf(history.lines())
      const [Deals, Quotes, Sales_Orders] = await Promise.all([
        fake.records('Deals'),
        fake.records('Quotes'),
        fake.records('Sales_Orders'),
      ])
      assertCrm({ Deals, Quotes, Sales_Orders }, sales, foreign)
      assertAnswers(ledger.told, sales)
      const mails = await mailsSeen()
      const secondCopies = assertMails(mails, history.lines(), sales)
      assertNothingTold(mails)
      const completed = sales.filter(({ status }) => status === 'completed').length
      return { sales: sales.length, completed, mails: mails.length, secondCopies }
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
  return site

  /** Records of other people, which look as much like ours as they may. */
  async function plant(module: (typeof MODULES)[number]): Promise<readonly string[]> {
    const references = [null, 'foreign:deal', `${randomUUID()}:quote`]
    return fake.seed(
      module,
      references.map((Gateway_Reference) => ({ Gateway_Reference })),
    )
  }

  async function mailsSeen(): Promise<readonly SeenMail[]> {
    if (smtp !== undefined) {
      return smtp.messages.map(({ raw }, index) => ({
        raw,
        kills: messagesAtKill.filter((count) => count <= index).length,
      }))
    }
    const mailFolder = path.join(folder.path, 'mail')
    const names = await readdir(mailFolder).catch(() => [])
    const drafts = names.filter((name) => !name.endsWith('.eml'))
    assert.deepEqual(drafts, [], 'half a mail was left')
    return Promise.all(
      names.map(async (name) => ({ raw: await readFile(path.join(mailFolder, name), 'utf8') })),
    )
  }

  function assertNothingTold(mails: readonly SeenMail[]): void {
    const all = [key, secrets.clientSecret, secrets.refreshToken]
    assertNoSecret(saidSinceJudged, all, 'what the gateway said')
    saidSinceJudged = ''
    assertNoSecret(history.texts.join('\n'), all, 'the log')
    assertNoSecret(mails.map(({ raw }) => raw).join('\n'), all, 'a mail')
  }
}

/** Every sale has ended, and a mail was sent for every failed one. */
function isAtRest(history: History): boolean {
  const lines = history.lines()
  const told = new Set(
    lines.flatMap(({ type, data }) => (type === 'MailSent' ? (data['saleIds'] as string[]) : [])),
  )
  return salesOf(lines).every((sale) => sale.isAtRest && (!sale.hasFailed || told.has(sale.saleId)))
}
