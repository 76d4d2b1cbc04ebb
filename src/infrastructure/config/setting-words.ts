// What each setting is, in a few words, for `gateway serve --help`, `gateway config` and `.env.example`.

import type { SECRET_SETTINGS, Settings } from './settings.ts'

type SettingName = keyof Settings | `${(typeof SECRET_SETTINGS)[number]}_FILE`

/** In the order of docs/settings.md. */
export const SETTING_WORDS: Readonly<Record<SettingName, string>> = {
  HOST: 'the address to listen on',
  PORT: 'the port; 0 picks a free one',
  NODE_ENV: 'with "production", CRM and a way for mails must be given',
  TRUSTED_PROXIES: 'proxies whose X-Forwarded-For is believed, with commas',
  KEEP_ALIVE_MS: "how long an idle connection is kept: longer than the proxy's",
  SOCKETS_MAX: 'open connections, all together',
  SOCKETS_PER_ADDRESS: 'open connections of one address; a proxy is one',
  RATE_LIMIT_PER_KEY: 'requests a second of each key; without it, no such limit',
  RATE_LIMIT_BURST: 'requests of a key at once; without it, those of a second',
  AUTH_FAILURES_PER_MINUTE: 'wrong keys of one address; one more is told to wait',
  SHUTDOWN_DELAY_MS: 'after the signal to stop, how long the port stays open and says so',
  SHUTDOWN_GRACE_MS: 'after that, the longest wait for running sales',
  LOG_LEVEL: 'the least level of the log lines on stderr',
  METRICS_HOST: 'the address of METRICS_PORT',
  METRICS_PORT: 'a port for /metrics alone; without it, on PORT for this machine',

  DATA_DIR: "the folder of the database, the mail files and the log's key",
  DATABASE_URL: 'the database: sqlite: and a path, or postgres://user@host/database',
  DATABASE_PASSWORD_FILE: 'a file that holds the password for PostgreSQL',
  DATABASE_POOL: 'connections to PostgreSQL at most',
  SALE_LEASE_MS: 'with PostgreSQL, how long a silent gateway keeps its sales',
  AUDIT_KEY_FILE: "the log's secret key; without it, audit.key in DATA_DIR",
  AUDIT_DAILY_MAIL: '"on" mails the newest checkpoint once a day',

  CRM: '"fake" for the fake Zoho in memory, "zoho" for the real one',
  ZOHO_DC: 'the data centre, such as eu or eu-sandbox; sets both addresses',
  ZOHO_ACCOUNTS_URL: 'where tokens are refreshed; wins over ZOHO_DC',
  ZOHO_API_URL: 'where the CRM is; wins over ZOHO_DC',
  ZOHO_CLIENT_ID: 'of the OAuth client; needed with CRM=zoho',
  ZOHO_CLIENT_SECRET: 'of the OAuth client; needed with CRM=zoho',
  ZOHO_REFRESH_TOKEN: 'of the user the gateway acts as; needed with CRM=zoho',
  ZOHO_CLIENT_ID_FILE: 'a file that holds the value, in the place of ZOHO_CLIENT_ID',
  ZOHO_CLIENT_SECRET_FILE: 'the same for ZOHO_CLIENT_SECRET',
  ZOHO_REFRESH_TOKEN_FILE: 'the same for ZOHO_REFRESH_TOKEN',
  ZOHO_REFERENCE_FIELD: 'API name of the unique text field of the records',
  ZOHO_REQUEST_TIMEOUT_MS: 'how long one call may take',
  ZOHO_MAX_CONCURRENCY: 'calls in flight, all sales together',
  ZOHO_SETTLE_MS: 'how long an unanswered create may still turn up',

  ZOHO_DEAL_STAGE: 'Stage of the Deal',
  ZOHO_DEAL_PIPELINE: 'Pipeline of the Deal',
  ZOHO_QUOTE_STAGE: 'Quote_Stage of the Quote',
  ZOHO_SALES_ORDER_STATUS: 'Status of the Sales Order',
  ZOHO_CLOSING_DAYS: "days from today to the Deal's Closing_Date",
  ZOHO_TRIGGER: 'what a create may set off: a list such as workflow,approval, or none',
  ZOHO_FIELDS_FILE: 'a JSON file with further fields of the records',
  SALE_DEADLINE_MS: 'a sale that is not complete by then is rolled back',
  STUCK_AFTER_MS: 'a rollback that still fails by then is called stuck',

  SMTP_URL: 'the mail server; without it, mails are files in DATA_DIR',
  SMTP_URL_FILE: 'a file that holds the value, in the place of SMTP_URL',
  MAIL: '"files" asks for these files, which nobody is sent',
  MAIL_FROM: 'the sender of the mails',
  MAIL_TO: 'who gets the mails, with commas between the addresses',
  PUBLIC_URL: 'what links in mails begin with',
}
