// Writes what a person reads at the start of the service.

import {
  SAMPLE_CONTACT_ID,
  SAMPLE_PRODUCT_IDS,
} from '../../adapters/fake-zoho/world/sample-data.ts'
import type { MailBacklog } from '../../application/mail/mail-backlog.ts'
import type { SaleId } from '../../domain/ids.ts'
import type { Config } from '../config/config.ts'
import { databaseWarning } from '../config/database-settings.ts'
import type { MailWay } from './mailer.ts'
import type { Standing } from './standing.ts'

/** Held sales that are named to a person; the log line names all. */
const HELD_NAMED_MAX = 10

export const FAKE_IN_PRODUCTION =
  'CRM=fake with NODE_ENV=production: sales are made in a Zoho that is forgotten with this process'

const FAKE_OF_ONE =
  'CRM=fake keeps its records in this process: another gateway on this database has a fake of its own, and must not take its sales over'

/** What a person reads when the service is up. With the fake it can be tried by pasting a line. */
export function startLines(
  config: Config,
  standing: Standing,
  demoKey: string | undefined,
): readonly string[] {
  const { url, pages, mail } = standing
  const hint = demoKey === undefined ? '' : ' (in a browser: sign in with the demo key)'
  const rows = [
    ['Version', standing.version],
    ['CRM', crmOf(standing)],
    ['Data', standing.dataDir],
    ['Database', standing.database],
    ['Mails', mailsOf(standing.mails)],
    ['Log key', standing.fingerprint],
    ['Demo key', demoKey === undefined ? undefined : `${demoKey} (for this run only)`],
    ['Audit', pages.audit && `${pages.audit}${hint}`],
    ['API', pages.docs],
  ] as const
  return [
    `PLG sales gateway on ${url}${backlogOf(mail)}`,
    '',
    ...rows.flatMap(([name, is]) => (is === undefined ? [] : [`${name.padEnd(10)} ${is}`])),
    ...warnings(config),
    '',
    ...(demoKey === undefined ? [] : linesToPaste(url, demoKey)),
  ]
}

function linesToPaste(url: string, demoKey: string): readonly string[] {
  const [first, second] = SAMPLE_PRODUCT_IDS
  const body = JSON.stringify({
    contactId: SAMPLE_CONTACT_ID,
    products: [
      { productId: first, quantity: 2 },
      { productId: second, quantity: 5 },
    ],
  })
  return [
    'Paste into another terminal:',
    `export KEY=${demoKey}`,
    `curl -sS -H 'x-api-key: ${demoKey}' '${url}/getContact?email=info@poligonmuhendislik.com'`,
    `curl -sS -H 'x-api-key: ${demoKey}' -H 'content-type: application/json' -d '${body}' '${url}/createSales'`,
    '',
  ]
}

function crmOf({ crmUrl, dataCentre }: Standing): string {
  if (crmUrl === null) return 'a fake Zoho in memory, with sample data'
  return dataCentre === null ? `Zoho at ${crmUrl}` : `Zoho at ${crmUrl}, data centre ${dataCentre}`
}

function mailsOf(mails: MailWay): string {
  if (mails.way === 'files') return `files in ${mails.folder}`
  const { server, signsIn, trouble } = mails
  if (trouble !== undefined) return `by ${server}, which cannot be used now: ${trouble}`
  return `by ${server}, ${signsIn ? 'signed in there' : 'which wants no password'}`
}

/** What somebody may not have meant. */
function warnings(config: Config): readonly string[] {
  const clear = databaseWarning(config.database)
  return [...(clear === undefined ? [] : ['', clear]), ...warningsOfCrm(config)]
}

function warningsOfCrm({ crm, isProduction, mail, database }: Config): readonly string[] {
  if (crm === 'fake') {
    const alone = database.type === 'postgres' ? ['', FAKE_OF_ONE] : []
    return [...alone, ...(isProduction ? ['', FAKE_IN_PRODUCTION] : [])]
  }
  // Mails about sales in a real CRM would reach nobody.
  if (mail.smtpUrl !== undefined || mail.filesAskedFor) return []
  return [
    '',
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

/** What a person reads when the database is a restored copy, or lost a part of its log, with unfinished sales. */
export function heldLines(held: readonly SaleId[]): readonly string[] {
  if (held.length === 0) return []
  const more = held.length - HELD_NAMED_MAX
  return [
    '',
    `This database is a restored copy, or a loss of its log was accepted. ${held.length} ${held.length === 1 ? 'sale' : 'sales'} half-finished in it`,
    'may have gone on elsewhere, and will not be touched until named. Look at each in the CRM first:',
    'one that is in progress is rolled back, and all that carries its reference is deleted.',
    ...held.slice(0, HELD_NAMED_MAX).map((saleId) => `  gateway sales resume ${saleId}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
    '',
  ]
}
