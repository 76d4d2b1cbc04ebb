// Reads the settings from the environment into one typed configuration.

import { readFileSync } from 'node:fs'
import path from 'node:path'
import { type TSchema, Type } from 'typebox'
import Value from 'typebox/value'
import type { ZohoConfig } from '../../adapters/zoho/exchange/zoho-config.ts'
import {
  type HouseFields,
  NO_HOUSE_FIELDS,
  parseHouseFields,
} from '../../adapters/zoho/house/house-fields.ts'
import type { SalePolicy } from '../../domain/sale/policy.ts'
import { type AccessConfig, accessConfigOf, accessProblems } from './access-settings.ts'
import { dataCentreUrls } from './data-centres.ts'
import {
  type DatabaseConfig,
  databaseConfigOf,
  givenPostgres,
  type PostgresPlace,
} from './database-settings.ts'
import { type FrontConfig, frontConfigOf, frontProblems } from './front-settings.ts'
import { isMailbox, type MailConfig, mailConfigOf, mailProblems } from './mail-settings.ts'
import { REFERENCE_FIELD, SECRET_SETTINGS, Settings, ZOHO_SECRETS } from './settings.ts'

/** Settle time with the fake, which applies a create late only when a test asks for it. */
const FAKE_SETTLE_MS = 1_000
const ZOHO_SETTLE_MS = 120_000

/** Enough for a balancer that asks `/readyz` each second or two. */
const PRODUCTION_DELAY_MS = 5_000

export type Config = {
  readonly host: string
  readonly port: number
  readonly isProduction: boolean
  /** Everything that has no other place. */
  readonly dataDir: string
  readonly database: DatabaseConfig
  readonly audit: {
    readonly keyFile: string
    /** Where the newest checkpoint is, apart from the database. */
    readonly checkpointsPath: string
    readonly dailyMail: boolean
  }
  readonly crm: 'fake' | 'zoho'
  readonly zoho: ZohoConfig
  readonly requestTimeoutMs: number
  readonly policy: SalePolicy
  readonly mail: MailConfig
  readonly front: FrontConfig
  readonly access: AccessConfig
  /** How long the port stays open after the signal to stop; the grace begins after it. */
  readonly shutdownDelayMs: number
  readonly shutdownGraceMs: number
  /** Where `/metrics` is served apart from the API; `undefined`: on its port, for this machine. */
  readonly metrics: { readonly host: string; readonly port: number } | undefined
  readonly logLevel: string
}

const ZOHO_URLS = ['ZOHO_ACCOUNTS_URL', 'ZOHO_API_URL'] as const satisfies (keyof Settings)[]

export type ConfigResult =
  | { readonly ok: true; readonly config: Config }
  /** One line for every setting that is wrong, by its name; values are never in it. */
  | { readonly ok: false; readonly problems: readonly string[] }

type Environment = Readonly<Record<string, string | undefined>>

/** Reads all settings at once, so that every mistake is reported before anything starts. */
export function readConfig(environment: Environment): ConfigResult {
  const problems: string[] = []
  const given = givenSettings(environment, problems)
  const houseFields = givenHouseFields(given, problems)
  const postgres = givenPostgres(given, problems)
  const filled = Value.Default(Settings, given)
  if (!Value.Check(Settings, filled)) {
    return { ok: false, problems: [...problems, ...malformed(given), ...contradictions(given)] }
  }
  problems.push(...contradictions(given))
  return problems.length > 0
    ? { ok: false, problems }
    : { ok: true, config: configOf(filled, houseFields, postgres) }
}

function givenSettings(environment: Environment, problems: string[]): Record<string, unknown> {
  const given: Record<string, unknown> = {}
  for (const [name, schema] of Object.entries<TSchema>(Settings.properties)) {
    const value = environment[name]
    if (value === undefined || value === '' || isMailbox(name, value)) continue
    const isNumber = Type.IsInteger(schema) && /^\d+$/.test(value)
    given[name] = isNumber ? Number(value) : value
  }
  for (const name of SECRET_SETTINGS) {
    const file = environment[`${name}_FILE`]
    if (file === undefined || file === '') continue
    if (given[name] !== undefined) problems.push(`${name}: is given twice, also as ${name}_FILE`)
    try {
      given[name] = readFileSync(file, 'utf8').trim()
    } catch {
      problems.push(`${name}_FILE: cannot be read`)
    }
  }
  return given
}

/** The fields of the house; none without a file. */
function givenHouseFields(
  { ZOHO_FIELDS_FILE: file, ZOHO_REFERENCE_FIELD: reference }: Record<string, unknown>,
  problems: string[],
): HouseFields {
  if (typeof file !== 'string') return NO_HOUSE_FIELDS
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    problems.push('ZOHO_FIELDS_FILE: cannot be read')
    return NO_HOUSE_FIELDS
  }
  const read = parseHouseFields(text, typeof reference === 'string' ? reference : REFERENCE_FIELD)
  if (read.ok) return read.fields
  problems.push(...read.problems.map((problem) => `ZOHO_FIELDS_FILE: ${problem}`))
  return NO_HOUSE_FIELDS
}

/** Looks at one setting after the other, because TypeBox reports the first 8 mistakes of an object only. */
function malformed(given: Readonly<Record<string, unknown>>): readonly string[] {
  const schemas = Object.entries<TSchema & { readonly description?: string }>(Settings.properties)
  return schemas
    .filter(([name, schema]) => name in given && !Value.Check(schema, given[name]))
    .map(([name, { description }]) => `${name}: ${description ?? 'is malformed'}`)
}

/** Settings that do not go together, or that are missing beside another. */
function contradictions(settings: Readonly<Record<string, unknown>>): readonly string[] {
  const problems: string[] = []
  const { NODE_ENV, CRM, ZOHO_DC } = settings as Partial<Settings>
  if (NODE_ENV === 'production' && CRM === undefined) {
    problems.push('CRM: must be given (fake or zoho) with NODE_ENV=production')
  }
  problems.push(...mailProblems(settings), ...frontProblems(settings), ...accessProblems(settings))
  for (const name of ZOHO_URLS) {
    const url = settings[name]
    if (typeof url === 'string' && !URL.canParse(url)) problems.push(`${name}: is no URL`)
  }
  if (CRM !== 'zoho') return problems
  for (const name of ZOHO_SECRETS) {
    if (settings[name] === undefined) problems.push(`${name}: is needed with CRM=zoho`)
  }
  for (const name of ZOHO_URLS) {
    if (settings[name] === undefined && ZOHO_DC === undefined) {
      problems.push(`${name}: is needed with CRM=zoho, or ZOHO_DC`)
    }
  }
  return problems
}

function configOf(
  settings: Settings,
  houseFields: HouseFields,
  postgres: PostgresPlace | undefined,
): Config {
  const crm = settings.CRM ?? 'fake'
  const isProduction = settings.NODE_ENV === 'production'
  const dataDir = settings.DATA_DIR
  const database = databaseConfigOf(settings, postgres)
  const isInMemory = database.type === 'sqlite' && database.path === ':memory:'
  return {
    host: settings.HOST,
    port: settings.PORT,
    isProduction,
    dataDir,
    database,
    audit: {
      keyFile: settings.AUDIT_KEY_FILE ?? path.join(dataDir, 'audit.key'),
      checkpointsPath: isInMemory ? ':memory:' : path.join(dataDir, 'checkpoints.db'),
      dailyMail: settings.AUDIT_DAILY_MAIL === 'on',
    },
    crm,
    zoho: zohoConfigOf(settings, houseFields),
    requestTimeoutMs: settings.ZOHO_REQUEST_TIMEOUT_MS,
    policy: {
      deadlineMs: settings.SALE_DEADLINE_MS,
      settleMs: settings.ZOHO_SETTLE_MS ?? (crm === 'fake' ? FAKE_SETTLE_MS : ZOHO_SETTLE_MS),
      stuckAfterMs: settings.STUCK_AFTER_MS,
      closingDays: settings.ZOHO_CLOSING_DAYS,
    },
    mail: mailConfigOf(settings),
    front: frontConfigOf(settings),
    access: accessConfigOf(settings),
    shutdownDelayMs: settings.SHUTDOWN_DELAY_MS ?? (isProduction ? PRODUCTION_DELAY_MS : 0),
    shutdownGraceMs: settings.SHUTDOWN_GRACE_MS,
    metrics:
      settings.METRICS_PORT === undefined
        ? undefined
        : { host: settings.METRICS_HOST, port: settings.METRICS_PORT },
    logLevel: settings.LOG_LEVEL,
  }
}

function zohoConfigOf(settings: Settings, houseFields: HouseFields): ZohoConfig {
  const centre = settings.ZOHO_DC === undefined ? FAKE_URLS : dataCentreUrls(settings.ZOHO_DC)
  const { ZOHO_TRIGGER: trigger } = settings
  return {
    accountsUrl: settings.ZOHO_ACCOUNTS_URL ?? centre.accountsUrl,
    apiUrl: settings.ZOHO_API_URL ?? centre.apiUrl,
    clientId: settings.ZOHO_CLIENT_ID ?? 'fake',
    clientSecret: settings.ZOHO_CLIENT_SECRET ?? 'fake',
    refreshToken: settings.ZOHO_REFRESH_TOKEN ?? 'fake',
    referenceField: settings.ZOHO_REFERENCE_FIELD,
    maxConcurrency: settings.ZOHO_MAX_CONCURRENCY,
    recordSettings: {
      dealStage: settings.ZOHO_DEAL_STAGE,
      dealPipeline: settings.ZOHO_DEAL_PIPELINE,
      quoteStage: settings.ZOHO_QUOTE_STAGE,
      salesOrderStatus: settings.ZOHO_SALES_ORDER_STATUS,
      trigger: trigger === 'none' ? [] : trigger?.split(',').map((one) => one.trim()),
      houseFields,
    },
  }
}

/** Names that no name server knows: with the fake, no call leaves the process. */
const FAKE_URLS = { accountsUrl: 'https://fake.invalid', apiUrl: 'https://fake.invalid' }
