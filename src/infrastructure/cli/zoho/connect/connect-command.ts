// `gateway zoho connect`: from nothing to a refresh token.
import path from 'node:path'
import process from 'node:process'
import { Command, Option } from 'commander'
import { scopesToAsk } from '../../../../adapters/zoho/admin/zoho-admin-needs.ts'
import { exchangeCode } from '../../../../adapters/zoho/token/exchange-code.ts'
import { makeCheckCrm } from '../../../../application/crm-setup/check-crm.ts'
import { type Config, readConfig } from '../../../config/config.ts'
import { DATA_CENTRES } from '../../../config/settings.ts'
import { makeSystemClock } from '../../../system/system-clock.ts'
import { ask } from '../../terminal/ask.ts'
import { ConfigError } from '../../terminal/command-config.ts'
import { canAsk, confirm } from '../../terminal/confirm.ts'
import { findingLine } from '../../terminal/finding-line.ts'
import { withProgress } from '../../terminal/progress.ts'
import { clickLines, nextLines } from './connect-words.ts'
import { askDataCentre, readCredentials } from './credentials.ts'
import { placeOf } from './place.ts'
import { refusalLines } from './refused-exchange.ts'
import { isThere, prepareFolder, settingsText, writeSettings } from './settings-file.ts'
import { storelessZoho } from './storeless-zoho.ts'

type Options = {
  readonly file?: string
  readonly print?: true
  readonly json?: true
  readonly overwrite?: true
  readonly rehearsal?: true
}

export function zohoConnectCommand(): Command {
  return new Command('connect')
    .description('from nothing to a refresh token: where to click, the exchange, and a check')
    .option('--file <path>', 'write the settings to this file, for its owner only')
    .addOption(new Option('--print', 'print the settings').conflicts('file'))
    .addOption(new Option('--json', 'print the settings as JSON').conflicts('file'))
    .option('--overwrite', 'replace the file without asking')
    .option('--rehearsal', 'ask for the scopes of "zoho rehearse" as well')
    .addHelpText('after', HELP)
    .action(connect)
}

const HELP = `
Without a terminal, set ZOHO_DC (such as ZOHO_DC=eu), and give the rest in the
environment:
  ZOHO_CLIENT_ID      or ZOHO_CLIENT_ID_FILE
  ZOHO_CLIENT_SECRET  or ZOHO_CLIENT_SECRET_FILE
  ZOHO_GRANT_CODE     or ZOHO_GRANT_CODE_FILE
What is not given there is read from stdin, one value a line, in this order.
ZOHO_ACCOUNTS_URL and ZOHO_API_URL take the place of ZOHO_DC. The settings go to
stdout, or to --file.`

/** Everything that can be wrong is looked at before the exchange, because a code works once. */
async function connect(options: Options): Promise<void> {
  const environment = await placedEnvironment()
  const config = configWith(environment, PLACEHOLDERS)
  const { accountsUrl } = config.zoho
  say(clickLines(accountsUrl, scopesToAsk({ rehearsal: options.rehearsal === true })))
  const target = await targetOf(options, path.join(path.dirname(config.mail.folder), 'zoho.env'))
  const { clientId, clientSecret, code } = await readCredentials()

  const client = { accountsUrl, clientId, clientSecret }
  const exchanged = await withProgress('exchanging the code', () =>
    exchangeCode({ client, code, fetch, clock: makeSystemClock() }),
  )
  if (exchanged.type !== 'granted') {
    say(refusalLines(exchanged, accountsUrl))
    process.exitCode = 1
    return
  }
  const place = placeOf(environment, exchanged.apiDomain)
  const settings = {
    CRM: 'zoho',
    ...place.settings,
    ZOHO_CLIENT_ID: clientId,
    ZOHO_CLIENT_SECRET: clientSecret,
    ZOHO_REFRESH_TOKEN: exchanged.refreshToken,
  }
  const kept = options.json ? printJson(settings) : await keep(settings, target)
  say(place.notes)
  const isWhole = await checked(configWith(environment, settings))
  say(nextLines(kept.file, isWhole))
  process.exitCode = kept.isAsAsked && isWhole && place.isClear ? 0 : 1
}

/** Takes the place of values that are not known yet, to find what else is wrong. */
const PLACEHOLDERS = {
  CRM: 'zoho',
  ZOHO_CLIENT_ID: '-',
  ZOHO_CLIENT_SECRET: '-',
  ZOHO_REFRESH_TOKEN: '-',
}

type Environment = Readonly<Record<string, string | undefined>>

/** The environment; where it names no data centre, a person is asked for it. */
async function placedEnvironment(): Promise<Environment> {
  const { ZOHO_DC, ZOHO_ACCOUNTS_URL, ZOHO_API_URL } = process.env
  if (ZOHO_DC || ZOHO_ACCOUNTS_URL || ZOHO_API_URL) return process.env
  if (!canAsk()) {
    say(['There is no terminal to ask on: set ZOHO_DC, such as ZOHO_DC=eu.'])
    return process.env
  }
  return { ...process.env, ZOHO_DC: await askDataCentre(DATA_CENTRES) }
}

/** The configuration with these settings. @throws {ConfigError} with every setting that is wrong */
function configWith(environment: Environment, settings: Environment): Config {
  const files = Object.keys(settings).map((name) => [`${name}_FILE`, undefined] as const)
  const result = readConfig({ ...environment, ...Object.fromEntries(files), ...settings })
  if (!result.ok) throw new ConfigError(result.problems)
  return result.config
}

/** Where the settings go: a file, or stdout (`undefined`). */
type Target = { readonly file: string; readonly replace: boolean } | undefined

/** Asks on a terminal; a script names a file, or reads them from stdout. */
async function targetOf(options: Options, proposed: string): Promise<Target> {
  const isPrinted = options.print || options.json
  const file = isPrinted ? '-' : (options.file ?? (canAsk() ? await askFile(proposed) : '-'))
  if (file === '-') return undefined
  await prepareFolder(file)
  if (!(await isThere(file))) return { file, replace: false }
  if (
    options.overwrite ||
    (canAsk() && (await confirm(`${file} is there already, and is replaced.`)))
  )
    return { file, replace: true }
  throw new ConfigError([`${file}: is there already; name another one, or give --overwrite`])
}

async function askFile(proposed: string): Promise<string> {
  const answer = await ask(`File for the settings, or - to print them [${proposed}]: `)
  return answer === '' ? proposed : answer
}

function printJson(settings: Readonly<Record<string, string>>) {
  process.stdout.write(`${JSON.stringify(settings)}\n`)
  return { file: undefined, isAsAsked: true }
}

/** Never loses the token: a file that cannot be written is printed. */
async function keep(settings: Readonly<Record<string, string>>, target: Target) {
  const text = settingsText(settings)
  if (target === undefined) {
    process.stdout.write(text)
    return { file: undefined, isAsAsked: true }
  }
  try {
    await writeSettings(target.file, text, target.replace)
    say([`Written to ${target.file}, readable by you only: ${Object.keys(settings).join(', ')}.`])
    return { file: target.file, isAsAsked: true }
  } catch (error) {
    say([`${target.file} cannot be written, so the settings follow here. Keep them safe.`])
    say([String(error)])
    process.stdout.write(text)
    return { file: undefined, isAsAsked: false }
  }
}

/** Runs `zoho check` with the new token, shows what is missing, and returns whether all is there. */
async function checked(config: Config): Promise<boolean> {
  const check = makeCheckCrm(await storelessZoho(config))
  const findings = await withProgress('asking Zoho', check)
  const missing = findings.filter(({ ok }) => !ok)
  const count = `${findings.length - missing.length} of ${findings.length} are as they should be`
  const notable = findings.filter(({ remedy }) => remedy !== null)
  say(['', `gateway zoho check: ${count}`, ...notable.map(findingLine)])
  return missing.length === 0
}

/** Talk goes to stderr, so that the settings alone are on stdout. */
function say(lines: readonly string[]): void {
  for (const line of lines) process.stderr.write(`${line}\n`)
}
