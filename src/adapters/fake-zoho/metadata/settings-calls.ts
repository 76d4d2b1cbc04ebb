// The reads about Zoho's set-up: fields, modules, organisation, users.
import type { Subform } from '../schema/fields.ts'
import type { JsonObject } from '../schema/json.ts'
import { type Module, moduleNamed, type Schema } from '../schema/modules.ts'
import { type Answer, json, refuse } from '../wire/answers.ts'
import type { Call } from '../wire/call.ts'
import { OWNER } from '../world/sample-data.ts'
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

const ORGANISATION = {
  id: '550428000000020005',
  zgid: '60009876543',
  primary_zuid: OWNER.zuid,
  company_name: 'PLG Group (fake)',
  primary_email: OWNER.email,
  country_code: 'TR',
  time_zone: 'Europe/Istanbul',
  currency: 'Euro - EUR',
  currency_symbol: '€',
  iso_code: 'EUR',
  currency_locale: 'tr_TR',
  type: 'production',
  license_details: { paid: true, paid_type: 'enterprise', paid_expiry: null, trial_type: null },
}

/** `GET /crm/v8/org`. */
export function readOrganisation(): Answer {
  return json(200, { org: [ORGANISATION] })
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

/** `GET /crm/v8/users`: always the user of the token, whatever type is asked for. */
export function listUsers(): Answer {
  return json(200, {
    users: [USER],
    info: { per_page: 200, count: 1, page: 1, more_records: false },
  })
}
