// Writes what a person reads at the start of the service.

import {
  SAMPLE_CONTACT_ID,
  SAMPLE_PRODUCT_IDS,
} from '../../adapters/fake-zoho/world/sample-data.ts'
import type { MailBacklog } from '../../application/mail/mail-backlog.ts'
import type { SaleId } from '../../domain/ids.ts'
import type { Config } from '../config/config.ts'

/** Held sales that are named to a person; the log line names all. */
const HELD_NAMED_MAX = 10

/** What a person reads when the service is up. With the fake it can be tried by pasting a line. */
export function startLines(
  config: Config,
  demoKey: string | undefined,
  mail: MailBacklog,
): readonly string[] {
  const url = `http://${hostFor(config.host)}:${config.port}`
  const lines = [`PLG sales gateway on ${url}${backlogOf(mail)}`]
  if (demoKey === undefined) return [...lines, ...filesWarning(config)]
  const [first, second] = SAMPLE_PRODUCT_IDS
  const body = JSON.stringify({
    contactId: SAMPLE_CONTACT_ID,
    products: [
      { productId: first, quantity: 2 },
      { productId: second, quantity: 5 },
    ],
  })
  const mails = config.mail.smtpUrl === undefined ? config.mail.folder : 'by SMTP'
  return [
    ...lines,
    '',
    'CRM        a fake Zoho in memory, with sample data',
    `Database   ${config.databasePath}`,
    `Mails      ${mails}`,
    `Demo key   ${demoKey} (for this run only)`,
    `Audit      ${url}/audit (in a browser: any user name, the demo key as the password)`,
    '',
    'Paste into another terminal:',
    `export KEY=${demoKey}`,
    `curl -sS -H 'x-api-key: ${demoKey}' '${url}/getContact?email=info@poligonmuhendislik.com'`,
    `curl -sS -H 'x-api-key: ${demoKey}' -H 'content-type: application/json' -d '${body}' '${url}/createSales'`,
    '',
  ]
}

/** What a person reads where mails about sales in a real CRM reach nobody, and nobody asked for that. */
function filesWarning({ crm, mail }: Config): readonly string[] {
  if (crm === 'fake' || mail.smtpUrl !== undefined || mail.filesAskedFor) return []
  return [
    `Mails are files in ${mail.folder}, and nobody is sent them: set SMTP_URL, or MAIL=files if so it is to be`,
  ]
}

/** The mails that wait at the start, so that a person sees that they cannot be sent. */
function backlogOf({ waiting, oldestWaitingSeconds }: MailBacklog): string {
  if (oldestWaitingSeconds === null) return ''
  const what = waiting === 1 ? '1 mail waits' : `${waiting} mails wait`
  return ` (${what} to be sent, the oldest for ${durationOf(oldestWaitingSeconds)})`
}

/** A duration in the largest unit of which there are at least two. */
function durationOf(seconds: number): string {
  const units = [
    [86_400, 'days'],
    [3_600, 'h'],
    [60, 'min'],
  ] as const
  const unit = units.find(([size]) => seconds >= 2 * size)
  return unit === undefined ? `${seconds} s` : `${Math.floor(seconds / unit[0])} ${unit[1]}`
}

/** What a person reads when the database is a restored copy with unfinished sales. */
export function heldLines(held: readonly SaleId[]): readonly string[] {
  if (held.length === 0) return []
  const more = held.length - HELD_NAMED_MAX
  return [
    '',
    `This database is a restored copy. ${held.length} ${held.length === 1 ? 'sale' : 'sales'} half-finished in it may have gone on`,
    'since it was made, and will not be touched until named. Look at each in the CRM first: one',
    'that is in progress is rolled back, and all that carries its reference is deleted.',
    ...held.slice(0, HELD_NAMED_MAX).map((saleId) => `  gateway sales resume ${saleId}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
    '',
  ]
}

/** The address to call: a service that listens on every address is called on loopback. */
function hostFor(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}
