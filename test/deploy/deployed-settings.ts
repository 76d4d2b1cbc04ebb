// What the tests of the files in deploy/ share: their settings, read as the gateway would read them.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { type Config, readConfig } from '../../src/infrastructure/config/config.ts'
import { SECRET_SETTINGS, SETTING_NAMES } from '../../src/infrastructure/config/settings.ts'

/** Seconds between the end of the grace and the kill, in which the process ends. */
const TO_SPARE_S = 5

const PACKAGE = JSON.parse(readFileSync('package.json', 'utf8'))

export const IMAGE = `plg-sales-gateway:${PACKAGE.version}`

/** What the image sets itself. */
export const IN_THE_IMAGE = {
  NODE_ENV: 'production',
  HOST: '0.0.0.0',
  DATA_DIR: '/var/lib/gateway',
}

/** Variables that are Node's, and no settings of the gateway. */
export const OF_NODE = ['NODE_COMPILE_CACHE']

/** Values that the secret files would hold. */
const SECRETS: Readonly<Record<string, string>> = { SMTP_URL: 'smtp://127.0.0.1' }

export type Environment = Readonly<Record<string, string>>

/** Reads the settings of a file as the gateway would, but for the secrets in files. */
export function configOf(environment: Environment): Config {
  const unknown = Object.keys(environment).filter(
    (name) => !SETTING_NAMES.includes(name) && !OF_NODE.includes(name),
  )
  assert.deepEqual(unknown, [])
  const read = readConfig(Object.fromEntries(Object.entries(environment).map(withSecret)))
  return read.ok ? read.config : assert.fail(read.problems.join('\n'))
}

function withSecret([name, value]: readonly [string, string]): readonly [string, string] {
  // A file with any text; the certificates are read at the start, too.
  if (name === 'DATABASE_PASSWORD_FILE') return [name, 'package.json']
  if (name === 'DATABASE_URL') return [name, value.replace(/\?sslrootcert=\S+$/, '')]
  const secret = name.replace(/_FILE$/, '')
  const isSecret = SECRET_SETTINGS.some((one) => one === secret) && name !== secret
  return isSecret ? [secret, SECRETS[secret] ?? 'secret'] : [name, value]
}

export function isStoppedInTime(
  { shutdownDelayMs, shutdownGraceMs }: Config,
  seconds: number,
): void {
  assert.equal(seconds, (shutdownDelayMs + shutdownGraceMs) / 1_000 + TO_SPARE_S)
}
