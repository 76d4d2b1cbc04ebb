// The checks of what the gateway reaches over the network: the CRM and the mail server.

import { readSmtpUrl } from '../../../adapters/mail/server-url.ts'
import { zohoNeeds } from '../../../adapters/zoho/admin/zoho-admin-needs.ts'
import type { TokenStore } from '../../../application/crm/token-store.port.ts'
import { makeCheckCrm } from '../../../application/crm-setup/check-crm.ts'
import type { CrmFinding } from '../../../application/crm-setup/crm-finding.ts'
import type { Config } from '../../config/config.ts'
import { connectZoho, NO_TOKEN_STORE } from '../../service/connect-zoho.ts'
import { findMailWay } from '../../service/mailer.ts'
import type { Store } from '../../service/open-store.ts'
import { makeSystemClock } from '../../system/system-clock.ts'
import { makeSystemRandom } from '../../system/system-random.ts'
import { type Diagnosis, failed, fine, warned } from './diagnosis.ts'

/** Milliseconds for one question to the CRM; there are about fifteen. */
const QUESTION_MS_MAX = 5_000

/** Asks the CRM what `zoho check` asks: token, scopes, modules, fields. Reads only. */
export async function lookAtCrm(config: Config, store: Store | undefined): Promise<Diagnosis> {
  const marked = await store?.crmMark.read()
  if (marked !== undefined && marked !== config.crm) {
    const seen = `the database is for CRM=${marked}, the settings say CRM=${config.crm}`
    return failed(seen, `Set CRM=${marked}, or give CRM=${config.crm} a DATA_DIR of its own.`)
  }
  if (config.crm === 'fake') {
    const seen = 'a fake Zoho in memory (CRM=fake)'
    return config.isProduction ? warned(seen, 'Set CRM=zoho: sales reach no CRM.') : fine(seen)
  }
  const findings = await findingsOf(config, store)
  const { host } = new URL(config.zoho.apiUrl)
  const wrong = findings.filter(({ ok }) => !ok)
  const told = findings.filter(({ ok, remedy }) => ok && remedy !== null)
  const [first] = [...wrong, ...told]
  if (first === undefined) return fine(`${host}: ${findings.length} checks, all are as needed`)
  const count =
    wrong.length > 0 ? `${wrong.length} of ${findings.length} failed` : `${told.length} warnings`
  const seen = `${host}: ${count}: ${first.check}`
  const remedy = `${first.remedy} "gateway zoho check" has them all.`
  return wrong.length > 0 ? failed(seen, remedy) : warned(seen, remedy)
}

function findingsOf(config: Config, store: Store | undefined): Promise<readonly CrmFinding[]> {
  const { crm, admin } = connectZoho({
    config,
    clock: makeSystemClock(),
    random: makeSystemRandom(),
    tokenStore: readingOnly(store),
    fetch,
  })
  const needs = zohoNeeds(config.zoho)
  return makeCheckCrm({ crm, admin, needs, requestTimeoutMs: QUESTION_MS_MAX })()
}

/** The token of the service is used. One that is renewed here stays here. */
function readingOnly(store: Store | undefined): TokenStore {
  return store === undefined ? NO_TOKEN_STORE : { ...NO_TOKEN_STORE, read: store.token.read }
}

/** Signs in to the mail server, and sends nothing. */
export async function lookAtMail({ mail, crm }: Config): Promise<Diagnosis> {
  const way = await findMailWay(mail)
  if (way.way === 'files') {
    const seen = `files in ${way.folder}`
    if (crm === 'fake' || mail.filesAskedFor) return fine(seen)
    return warned(seen, 'Set SMTP_URL: nobody is sent them; or MAIL=files, if so it is to be.')
  }
  const { server, signsIn, trouble } = way
  if (trouble !== undefined) {
    return failed(`${server}: ${trouble}`, 'Mend SMTP_URL or the server, then: gateway mail test')
  }
  const read = readSmtpUrl(mail.smtpUrl ?? '')
  const isEncrypted = read.ok && (read.server.secure || read.server.requireTls)
  const how = `${signsIn ? 'signed in' : 'it wants no password'}${isEncrypted ? ', over TLS' : ''}`
  if (isEncrypted || !signsIn) return fine(`${server}: ${how}`)
  const remedy = 'Leave requireTLS=false out of SMTP_URL, where the server has TLS.'
  return warned(`${server}: ${how}, perhaps without TLS`, remedy)
}
