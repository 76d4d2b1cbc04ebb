// The settings that are in force, and where each comes from.

import type { TSchema } from 'typebox'
import type { Config } from './config.ts'
import { databaseName } from './database-settings.ts'
import { SETTING_WORDS } from './setting-words.ts'
import { SECRET_SETTINGS, Settings } from './settings.ts'

export type EffectiveSetting = {
  readonly name: string
  /** `null`: it is not set, and has no default. */
  readonly from: 'default' | 'environment' | 'file' | 'ZOHO_DC' | null
  /** The file of a `…_FILE`. */
  readonly file: string | null
  readonly isSecret: boolean
  /** `null` where it is a secret, and where it is not set. */
  readonly value: string | null
}

type Environment = Readonly<Record<string, string | undefined>>

const SECRETS: ReadonlySet<string> = new Set(SECRET_SETTINGS)

/** Defaults that depend on other settings. */
const DERIVED: Readonly<Record<string, (config: Config) => string>> = {
  DATABASE_URL: ({ database }) => `sqlite:${databaseName(database)}`,
  AUDIT_KEY_FILE: ({ audit }) => audit.keyFile,
  CRM: ({ crm }) => crm,
  SHUTDOWN_DELAY_MS: ({ shutdownDelayMs }) => String(shutdownDelayMs),
  ZOHO_SETTLE_MS: ({ policy }) => String(policy.settleMs),
}

/** What `ZOHO_DC` sets. */
const OF_DATA_CENTRE: Readonly<Record<string, (config: Config) => string>> = {
  ZOHO_ACCOUNTS_URL: ({ zoho }) => zoho.accountsUrl,
  ZOHO_API_URL: ({ zoho }) => zoho.apiUrl,
}

/** Every setting in the order of the documents, without the `…_FILE` that hold one. @param config of this environment */
export function effectiveSettings(
  environment: Environment,
  config: Config,
): readonly EffectiveSetting[] {
  return Object.keys(SETTING_WORDS)
    .filter((name) => name in Settings.properties)
    .map((name) => effectiveSetting(name, environment, config))
}

function effectiveSetting(
  name: string,
  environment: Environment,
  config: Config,
): EffectiveSetting {
  const given = environment[name] || null
  const isSecret = SECRETS.has(name) || hasPassword(given)
  const file = (isSecret && environment[`${name}_FILE`]) || null
  const set = { name, file, isSecret }
  if (file !== null) return { ...set, from: 'file', value: null }
  if (given !== null) return { ...set, from: 'environment', value: isSecret ? null : given }
  if (environment['ZOHO_DC'] && OF_DATA_CENTRE[name] !== undefined) {
    return { ...set, from: 'ZOHO_DC', value: OF_DATA_CENTRE[name](config) }
  }
  const value = DERIVED[name]?.(config) ?? defaultOf(name)
  return { ...set, from: value === null ? null : 'default', value }
}

/** Whether a value is a URL with a password: it is hidden, whatever the setting is. */
function hasPassword(value: string | null): boolean {
  return (URL.parse(value ?? '')?.password ?? '') !== ''
}

/** The default of a setting, as it would be written; `null` where it has none. */
export function defaultOf(name: string): string | null {
  const properties: Readonly<Record<string, TSchema & { readonly default?: unknown }>> =
    Settings.properties
  const fallback = properties[name]?.default
  return fallback === undefined ? null : String(fallback)
}
