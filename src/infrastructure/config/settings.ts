// The schema of the settings: the name, the range and the default of each.

import { type Static, Type } from 'typebox'

const DAY_MS = 86_400_000

const whole = (minimum: number, maximum: number, fallback?: number) =>
  Type.Integer({
    minimum,
    maximum,
    ...(fallback === undefined ? {} : { default: fallback }),
    description: `must be a whole number from ${minimum} to ${maximum}`,
  })

const text = (fallback?: string) =>
  Type.String({
    minLength: 1,
    maxLength: 255,
    ...(fallback === undefined ? {} : { default: fallback }),
    description: 'must be a text of at most 255 characters',
  })

const choice = <const Choices extends readonly string[]>(choices: Choices, fallback?: string) =>
  Type.Unsafe<Choices[number]>({
    type: 'string',
    enum: choices,
    ...(fallback === undefined ? {} : { default: fallback }),
    description: `must be one of ${choices.join(', ')}`,
  })

const matching = (pattern: string, description: string, fallback?: string) =>
  Type.String({ pattern, description, ...(fallback === undefined ? {} : { default: fallback }) })

const ADDRESS = '[^\\s@,<>"]+@[^\\s@,<>"]+'
const NETWORK = '[0-9A-Fa-f.:]+(/[0-9]{1,3})?'
const ZOHO_URL =
  '^(https://[^/\\s@?#]+|http://(localhost|127\\.\\d+\\.\\d+\\.\\d+|\\[::1\\])(:\\d+)?)/?$'
const zohoUrl = () => matching(ZOHO_URL, 'must be https://host, or http:// on loopback, no path')

/** The default of `PORT`. */
export const PORT_DEFAULT = 3_000

/** The default of `ZOHO_REFERENCE_FIELD`. */
export const REFERENCE_FIELD = 'Gateway_Reference'

/** What a create can set off in Zoho. Source: Zoho CRM v8, Insert Records, `trigger`. */
const TRIGGERS = ['workflow', 'approval', 'blueprint', 'pathfinder', 'orchestration']

export const DATA_CENTRES = ['us', 'eu', 'in', 'au', 'jp', 'ca', 'sa', 'cn'] as const
const DC_CHOICES = DATA_CENTRES.flatMap((dc) => [dc, `${dc}-sandbox`, `${dc}-developer`])

/** Every setting of the service, by the name of its variable. A wrong value is reported by its name only. */
export const Settings = Type.Object({
  NODE_ENV: Type.Optional(text()),
  HOST: text('127.0.0.1'),
  PORT: whole(0, 65_535, PORT_DEFAULT),
  DATA_DIR: text('data'),
  DATABASE_URL: Type.Optional(
    matching(
      '^(sqlite:(?!//[^/])|postgres(ql)?://).+$',
      'must be postgres://user@host/database, or sqlite: followed by the path of a file, without a host between slashes',
    ),
  ),
  DATABASE_PASSWORD_FILE: Type.Optional(text()),
  DATABASE_POOL: whole(2, 100, 8),
  SALE_LEASE_MS: whole(1_000, 600_000, 10_000),
  AUDIT_KEY_FILE: Type.Optional(text()),
  AUDIT_DAILY_MAIL: choice(['on', 'off'], 'off'),
  CRM: Type.Optional(choice(['fake', 'zoho'])),
  ZOHO_DC: Type.Optional(choice(DC_CHOICES)),
  ZOHO_ACCOUNTS_URL: Type.Optional(zohoUrl()),
  ZOHO_API_URL: Type.Optional(zohoUrl()),
  ZOHO_CLIENT_ID: Type.Optional(text()),
  ZOHO_CLIENT_SECRET: Type.Optional(text()),
  ZOHO_REFRESH_TOKEN: Type.Optional(text()),
  ZOHO_REFERENCE_FIELD: matching(
    '^[A-Za-z][A-Za-z0-9_]{0,99}$',
    'must be the API name of a field',
    REFERENCE_FIELD,
  ),
  ZOHO_FIELDS_FILE: Type.Optional(text()),
  ZOHO_REQUEST_TIMEOUT_MS: whole(100, 120_000, 15_000),
  ZOHO_MAX_CONCURRENCY: whole(1, 25, 8),
  ZOHO_SETTLE_MS: Type.Optional(whole(0, DAY_MS)),
  ZOHO_DEAL_STAGE: text('Qualification'),
  ZOHO_DEAL_PIPELINE: Type.Optional(text()),
  ZOHO_QUOTE_STAGE: text('Draft'),
  ZOHO_SALES_ORDER_STATUS: text('Created'),
  ZOHO_CLOSING_DAYS: whole(0, 3_650, 30),
  ZOHO_TRIGGER: Type.Optional(
    matching(
      `^(none|(${TRIGGERS.join('|')})( *, *(${TRIGGERS.join('|')}))*)$`,
      `must be none, or a list with commas of ${TRIGGERS.join(', ')}`,
    ),
  ),
  SALE_DEADLINE_MS: whole(100, 600_000, 30_000),
  STUCK_AFTER_MS: whole(0, 7 * DAY_MS, 600_000),
  SMTP_URL: Type.Optional(
    matching('^smtps?://[^\\s]+$', 'must begin with smtp:// or smtps:// and name a server'),
  ),
  MAIL: Type.Optional(choice(['files'])),
  MAIL_FROM: matching(`^${ADDRESS}$`, 'must be one e-mail address', 'gateway@localhost'),
  MAIL_TO: matching(
    `^${ADDRESS}( *, *${ADDRESS})*$`,
    'must be e-mail addresses with commas between them',
    'it@poligonmuhendislik.com',
  ),
  PUBLIC_URL: Type.Optional(
    matching(
      '^(?=.{1,255}$)https?://[^/\\s?#@]+[^\\s?#@]*$',
      'must be https://host or http://host, with no ? or #',
    ),
  ),
  KEEP_ALIVE_MS: whole(1_000, 3_600_000, 75_000),
  SOCKETS_MAX: whole(1, 100_000, 4_000),
  SOCKETS_PER_ADDRESS: whole(1, 100_000, 2_000),
  TRUSTED_PROXIES: Type.Optional(
    matching(
      `^${NETWORK}( *, *${NETWORK})*$`,
      'must be addresses or networks, such as 10.0.0.0/8, with commas between them',
    ),
  ),
  RATE_LIMIT_PER_KEY: Type.Optional(whole(1, 100_000)),
  RATE_LIMIT_BURST: Type.Optional(whole(1, 100_000)),
  AUTH_FAILURES_PER_MINUTE: whole(1, 100_000, 60),
  METRICS_HOST: text('127.0.0.1'),
  METRICS_PORT: Type.Optional(whole(0, 65_535)),
  SHUTDOWN_DELAY_MS: Type.Optional(whole(0, 600_000)),
  SHUTDOWN_GRACE_MS: whole(0, 3_600_000, 35_000),
  LOG_LEVEL: choice(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], 'info'),
})

export type Settings = Static<typeof Settings>

/** What only Zoho is told, and `CRM=zoho` cannot do without. */
export const ZOHO_SECRETS = [
  'ZOHO_CLIENT_ID',
  'ZOHO_CLIENT_SECRET',
  'ZOHO_REFRESH_TOKEN',
] as const satisfies (keyof Settings)[]

/** Settings that may also be given as `…_FILE`, the path of a file that holds the value. */
export const SECRET_SETTINGS = [...ZOHO_SECRETS, 'SMTP_URL'] as const satisfies (keyof Settings)[]

/** The name of every variable that is a setting. */
export const SETTING_NAMES: readonly string[] = [
  ...Object.keys(Settings.properties),
  ...SECRET_SETTINGS.map((name) => `${name}_FILE`),
]
