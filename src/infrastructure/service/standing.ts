// Finds where a started service stands: what it is, what it works on, and how it is reached.

import path from 'node:path'
import type { MailBacklog } from '../../application/mail/mail-backlog.ts'
import type { Signer } from '../../domain/log/signing.ts'
import { fingerprintOf, parseVkey } from '../../domain/log/vkey.ts'
import type { Config } from '../config/config.ts'
import { dataCentreNamed } from '../config/data-centres.ts'
import { type DatabaseConfig, databaseName } from '../config/database-settings.ts'
import { SOFTWARE } from '../system/software.ts'
import type { MailWay } from './mailer.ts'

/** Where the service stands, as the log line of the start has it. No secret and no person's address. */
export type Standing = {
  readonly version: string
  readonly port: number
  /** The address on this machine. */
  readonly url: string
  readonly dataDir: string
  readonly database: string
  readonly crm: 'fake' | 'zoho'
  /** `null` with the fake. */
  readonly crmUrl: string | null
  /** As `ZOHO_DC` names it; `null` for an address that is none of Zoho's. */
  readonly dataCentre: string | null
  readonly mails: MailWay
  /** Of the key that signs the log. */
  readonly fingerprint: string
  /** Pages for people; a page that is not there is left out. */
  readonly pages: { readonly audit?: string; readonly docs?: string }
  /** The mails that wait to be sent. */
  readonly mail: MailBacklog
}

/** @param hasPage whether there is a page under a path, such as `/docs` */
export function standingOf(found: {
  readonly config: Config
  readonly port: number
  readonly signer: Pick<Signer, 'vkey'>
  readonly mails: MailWay
  readonly mail: MailBacklog
  readonly hasPage: (path: string) => boolean
}): Standing {
  const { config, port, mails, mail, hasPage } = found
  const isFake = config.crm === 'fake'
  const key = parseVkey(found.signer.vkey)
  const url = `http://${hostFor(config.host)}:${port}`
  // Where people reach the gateway; this machine, if nothing else was said.
  const begin = config.mail.publicUrl ?? url
  return {
    version: SOFTWARE.split('/')[1] ?? SOFTWARE,
    port,
    url,
    dataDir: path.resolve(config.dataDir),
    database: placeOf(config.database),
    crm: config.crm,
    crmUrl: isFake ? null : config.zoho.apiUrl,
    dataCentre: isFake ? null : (dataCentreNamed(config.zoho.apiUrl) ?? null),
    mails,
    fingerprint: key === undefined ? found.signer.vkey : fingerprintOf(key),
    pages: {
      ...(hasPage('/audit') ? { audit: `${begin}/audit` } : {}),
      ...(hasPage('/docs') ? { docs: `${begin}/docs` } : {}),
    },
    mail,
  }
}

function placeOf(database: DatabaseConfig): string {
  const name = databaseName(database)
  return database.type === 'postgres' || name === ':memory:' ? name : path.resolve(name)
}

/** The address to call: a service that listens on every address is called on loopback. */
function hostFor(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}
