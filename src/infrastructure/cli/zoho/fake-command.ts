// `gateway zoho fake`: the fake Zoho as a server.
import { once } from 'node:events'
import process from 'node:process'
import { Command } from 'commander'
import { makeFakeZoho } from '../../../adapters/fake-zoho/fake-zoho.ts'
import { serveFakeZoho } from '../../../adapters/fake-zoho/serve.ts'
import { makeSystemClock } from '../../system/system-clock.ts'
import { commandConfig, printLine } from '../terminal/command-config.ts'
import { whole } from '../terminal/option-values.ts'

const PORT_MAX = 65_535
const LATENCY_MS_MAX = 60_000

/** Zoho's limit of refreshes in ten minutes, for one refresh token. */
const REFRESHES_MAX = 10

/** Zoho's limit of COQL calls at once, the same in every edition. */
const COQL_CONCURRENCY_MAX = 10

type Options = {
  readonly port: number
  readonly latency: number
  readonly json?: true
  readonly clientId?: string
  readonly clientSecret?: string
  readonly refreshToken?: string
}

export function zohoFakeCommand(): Command {
  return new Command('fake')
    .description("run a fake Zoho CRM on this machine, with Zoho's REST interface v8")
    .option('--port <n>', 'port; 0 takes any free one', whole(0, PORT_MAX), 0)
    .option('--latency <ms>', 'milliseconds that each answer takes', whole(0, LATENCY_MS_MAX), 0)
    .option('--client-id <id>', 'the only client id that it accepts, by default any')
    .option('--client-secret <secret>', 'the only client secret that it accepts, by default any')
    .option('--refresh-token <token>', 'the only refresh token that it accepts, by default any')
    .option('--json', 'print JSON')
    .action(serveFake)
}

async function serveFake(options: Options): Promise<void> {
  const { now, sleep } = makeSystemClock()
  const { referenceField } = commandConfig().zoho
  const fake = makeFakeZoho({
    now,
    sleep,
    referenceField,
    latencyMs: options.latency,
    credentials: options,
    settings: { refreshesMax: REFRESHES_MAX, coqlConcurrencyMax: COQL_CONCURRENCY_MAX },
  })
  const server = await serveFakeZoho(fake, { host: '127.0.0.1', port: options.port })
  printLine(options.json ? JSON.stringify({ url: server.url }) : server.url)
  await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')])
  await server.close()
}
