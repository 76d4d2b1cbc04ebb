// The reads about Zoho's set-up: fields, modules, organisation, users.
import type { Subform } from '../schema/fields.ts'
import type { JsonObject } from '../schema/json.ts'
import { type Module, moduleNamed, type Schema } from '../schema/modules.ts'
import { type Answer, json, refuse } from '../wire/answers.ts'
import type { Call } from '../wire/call.ts'
import { currenciesOf } from '../world/currencies.ts'
import { COLLEAGUE, OWNER } from '../world/sample-data.ts'
import type { World } from '../world/world.ts'
import { fieldAnswers } from './field-answer.ts'

/** `GET /crm/v8/settings/fields?module=M`: M is a module or a subform. */
export function listFields(call: Call, { schema, settings }: World): Answer {
  const name = call.parameters.get('module')
  if (name === null) {
    return refuse(400, 'REQUIRED_PARAM_MISSING', 'One of the expected parameter is missing', {
      param_name: 'module',
    })
  }
  const module = moduleNamed(name)
  const form =
    module === undefined ? subforms(schema).find((one) => one.name === name) : schema[module]
  return form === undefined
    ? invalidModule()
    : json(200, { fields: fieldAnswers(form, schema, settings.current) })
}

export function invalidModule(): Answer {
  return refuse(400, 'INVALID_MODULE', 'the module name given seems to be invalid', {})
}

/** `GET /crm/v8/settings/modules`: each module, and what the user of the token may do in it. */
export function listModules(_call: Call, { schema, settings }: World): Answer {
  const { denied } = settings.current
  const may = (right: 'create' | 'read' | 'delete', { name }: Module) =>
    !denied.includes(`${right}:${name}`)
  const modules = Object.values(schema).map((module) =>
    moduleAnswer(module, 'default', {
      creatable: may('create', module),
      viewable: may('read', module),
      deletable: may('delete', module),
    }),
  )
  const rights = { creatable: true, viewable: true, deletable: true }
  const lines = subforms(schema).map((form) => moduleAnswer(form, 'subform', rights))
  return json(200, { modules: [...modules, ...lines] })
}

function moduleAnswer(
  { name, id }: Module | Subform,
  type: 'default' | 'subform',
  rights: { readonly creatable: boolean; readonly viewable: boolean; readonly deletable: boolean },
): JsonObject {
  const plural = name.replaceAll('_', ' ')
  return {
    id,
    api_name: name,
    module_name: name.replaceAll('_', ''),
    plural_label: plural,
    singular_label: plural.replace(/s$/, ''),
    generated_type: type,
    api_supported: true,
    visible: true,
    editable: true,
    convertable: false,
    status: 'visible',
    ...rights,
  }
}

function subforms(schema: Schema): readonly Subform[] {
  return Object.values(schema).flatMap(({ fields }) =>
    [...fields.values()].flatMap((field) => (field.type === 'subform' ? [field.form] : [])),
  )
}

/** What does not depend on a setting. */
const ORGANISATION = {
  id: '550428000000020005',
  zgid: '60009876543',
  primary_zuid: OWNER.zuid,
  company_name: 'PLG Group (fake)',
  primary_email: OWNER.email,
  country_code: 'TR',
  time_zone: 'Europe/Istanbul',
  currency_locale: 'tr_TR',
  type: 'production',
  license_details: { paid: true, paid_type: 'enterprise', paid_expiry: null, trial_type: null },
}

/** `GET /crm/v8/org`. */
export function readOrganisation(_call: Call, { settings }: World): Answer {
  const { homeCurrency, otherCurrencies } = settings.current
  const organisation = {
    ...ORGANISATION,
    currency: `${nameOf(homeCurrency)} - ${homeCurrency}`,
    currency_symbol: symbolOf(homeCurrency),
    iso_code: homeCurrency,
    mc_status: otherCurrencies !== null,
  }
  return json(200, { org: [organisation] })
}

/** `GET /crm/v8/org/currencies`. An organisation with one currency does not have the feature. */
export function listCurrencies(_call: Call, { settings }: World): Answer {
  if (settings.current.otherCurrencies === null) {
    return refuse(400, 'FEATURE_NOT_ENABLED', 'the feature is not enabled')
  }
  const currencies = currenciesOf(settings.current).map(
    ({ isoCode, exchangeRate, decimals }, index) => ({
      id: `${CURRENCY_ID_DIGITS}${String(index).padStart(3, '0')}`,
      name: `${nameOf(isoCode)} - ${isoCode}`,
      iso_code: isoCode,
      symbol: symbolOf(isoCode),
      prefix_symbol: true,
      exchange_rate: `${exchangeRate}`,
      is_base: index === 0,
      is_active: true,
      format: {
        decimal_separator: 'Period',
        thousand_separator: 'Comma',
        decimal_places: `${decimals}`,
      },
    }),
  )
  return json(200, { currencies })
}

const CURRENCY_ID_DIGITS = '550428000000047'

const NAMES = new Intl.DisplayNames('en', { type: 'currency' })

const nameOf = (isoCode: string) => NAMES.of(isoCode) ?? isoCode

function symbolOf(currency: string): string {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency })
  return format.formatToParts(0).find(({ type }) => type === 'currency')?.value ?? currency
}

const USER = {
  id: OWNER.id,
  zuid: OWNER.zuid,
  full_name: OWNER.name,
  first_name: 'PLG',
  last_name: 'Gateway',
  email: OWNER.email,
  status: 'active',
  confirm: true,
  role: { name: 'Gateway', id: '550428000000026005' },
  profile: { name: 'Gateway', id: '550428000000026011' },
  locale: 'en_US',
  language: 'en_US',
  time_zone: 'Europe/Istanbul',
  created_time: '2025-01-15T09:00:00+00:00',
}

/** `GET /crm/v8/users`: all of them, or the user of the token with `type=CurrentUser`. */
export function listUsers(call: Call): Answer {
  const isCurrent = call.parameters.get('type') === 'CurrentUser'
  const users = isCurrent ? [USER] : [USER, { ...USER, ...COLLEAGUE, full_name: COLLEAGUE.name }]
  return json(200, {
    users,
    info: { per_page: 200, count: users.length, page: 1, more_records: false },
  })
}
