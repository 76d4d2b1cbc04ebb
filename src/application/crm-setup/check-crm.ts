// Checks everything that the gateway needs in the CRM, and changes nothing there.

import type { CallResult, Organisation } from '../../domain/sale/outcome.ts'
import { CREATE_STEPS } from '../../domain/sale/steps.ts'
import type { Crm } from '../crm/crm.port.ts'
import { fieldFindings, referenceFinding, valueFindings } from './check-crm-fields.ts'
import { layoutFindings, recordFindings } from './check-record-fields.ts'
import type { CrmAdmin, CrmField, CrmNeeds, ScopeGrant } from './crm-admin.port.ts'
import { type CrmFinding, findingOf, fine, warned, wrong } from './crm-finding.ts'

export type CheckCrm = () => Promise<readonly CrmFinding[]>

type Deps = {
  readonly admin: CrmAdmin
  readonly crm: Pick<Crm, 'readOrganisation'>
  readonly needs: CrmNeeds
  readonly requestTimeoutMs: number
}

export function makeCheckCrm(deps: Deps): CheckCrm {
  const { admin, crm, needs, requestTimeoutMs } = deps

  return async function checkCrm() {
    const grant = await admin.readGrant(requestTimeoutMs)
    const token = findingOf(
      'access token',
      grant,
      'Make a new refresh token, and check the client and ZOHO_DC.',
    )
    // Without a token every other check would fail for the same reason.
    if (grant.type !== 'done') return [token]
    const organisation = await crm.readOrganisation(requestTimeoutMs)
    return [
      token,
      ...scopeFindings(grant.value),
      ...(grant.value === null ? await deleteFindings(deps) : []),
      ...(await moduleFindings(deps)),
      findingOf('queries (COQL)', await admin.tryQuery(requestTimeoutMs), QUERY_REMEDY),
      findingOf(
        'a contact as sales read it',
        await admin.tryRead('contact', requestTimeoutMs),
        SHOW_REMEDY,
      ),
      findingOf(
        'a product as sales read it',
        await admin.tryRead('product', requestTimeoutMs),
        SHOW_REMEDY,
      ),
      currencyFinding(organisation),
      ...(await fieldsFindings(hasSeveralCurrencies(organisation))),
    ]
  }

  async function fieldsFindings(withCurrency: boolean): Promise<readonly CrmFinding[]> {
    const findings: CrmFinding[] = []
    for (const { module, names } of needs.fields) {
      const fields = await admin.readFields(module, requestTimeoutMs)
      if (fields.type !== 'done') {
        findings.push(findingOf(`fields of ${module}`, fields, FIELDS_REMEDY))
        continue
      }
      const { currency } = needs
      const more = withCurrency && currency.modules.includes(module) ? [currency.field] : []
      findings.push(...fieldFindings(module, [...names, ...more], fields.value))
      findings.push(...valueFindings(needs.values, module, fields.value))
      findings.push(...(await madeFindings(module, fields.value)))
      if (!CREATE_STEPS.some((step) => needs.recordModules[step] === module)) continue
      findings.push(referenceFinding(module, needs.referenceField, fields.value))
    }
    return findings
  }

  /** About what the records and the lines of a sale are sent with. */
  async function madeFindings(
    module: string,
    fields: readonly CrmField[],
  ): Promise<readonly CrmFinding[]> {
    const record = needs.records.find((one) => one.module === module)
    if (record === undefined) return []
    const found = recordFindings(record, fields)
    // The lines of a record are in the layout of that record.
    if (record.source === null) return found
    const layouts = await admin.readLayouts(module, requestTimeoutMs)
    return [...found, ...layoutFindings(record, fields, layouts)]
  }
}

/**
 * Names the currencies, because nobody sees them in a sale that goes well. Where they may not be
 * read, the organisation counts as one that has its own only.
 */
function currencyFinding(organisation: CallResult<Organisation>): CrmFinding {
  const check = 'currencies'
  if (organisation.type === 'refused') {
    return warned(check, `${CURRENCY_REMEDY} The CRM said: ${organisation.reason}`)
  }
  if (organisation.type !== 'done') return findingOf(check, organisation, CURRENCY_REMEDY)
  const { homeCurrency, hasSeveralCurrencies } = organisation.value
  return fine(
    hasSeveralCurrencies
      ? `${check}: several, ${homeCurrency} is the organisation's own`
      : `${check}: ${homeCurrency} only`,
  )
}

function hasSeveralCurrencies(organisation: CallResult<Organisation>): boolean {
  return organisation.type === 'done' && organisation.value.hasSeveralCurrencies
}

const CURRENCY_REMEDY =
  'Grant ZohoCRM.org.READ: until then no product in a foreign currency can be sold.'
const QUERY_REMEDY = 'Grant ZohoCRM.coql.READ: what a lost answer left behind is found by it.'
const DELETE_REMEDY =
  'Grant the scope, and let the user delete them: without it a sale could not be rolled back.'
const SHOW_REMEDY = "Show the field to the token's user, and allow it for the API."
const FIELDS_REMEDY = 'Grant ZohoCRM.settings.fields.READ, and let the user see the module.'

async function moduleFindings({
  admin,
  needs,
  requestTimeoutMs,
}: Deps): Promise<readonly CrmFinding[]> {
  const findings: CrmFinding[] = []
  for (const module of needs.modules) {
    const first = await admin.readFirst(module, requestTimeoutMs)
    const remedy = `Let the token's user read ${module}, and grant the scope for it.`
    findings.push(findingOf(`module ${module}`, first, remedy))
  }
  return findings
}

/** Where the CRM does not list the scopes. A delete of an id that no record has changes nothing. */
async function deleteFindings({
  admin,
  needs,
  requestTimeoutMs,
}: Deps): Promise<readonly CrmFinding[]> {
  const findings: CrmFinding[] = []
  for (const step of CREATE_STEPS) {
    const tried = await admin.tryDelete(step, requestTimeoutMs)
    findings.push(findingOf(`right to delete ${needs.recordModules[step]}`, tried, DELETE_REMEDY))
  }
  return findings
}

function scopeFindings(grants: readonly ScopeGrant[] | null): readonly CrmFinding[] {
  if (grants === null) return [fine('scopes (Zoho does not list them; the calls below show them)')]
  return grants
    .filter(({ neededFor }) => neededFor === 'sales')
    .map(({ scope, granted }) => {
      const check = `scope ${scope}`
      if (granted) return fine(check)
      return wrong(check, 'Make a new refresh token whose scopes include it.')
    })
}
