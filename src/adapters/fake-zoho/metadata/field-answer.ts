// Answers with the description of one field, as Zoho does.
import type { Field, Form } from '../schema/fields.ts'
import type { Json, JsonObject } from '../schema/json.ts'
import type { Schema } from '../schema/modules.ts'
import { type Settings, valuesOf } from '../world/settings.ts'

type Listed = Form & { readonly name: string; readonly id: string; readonly nameField?: string }

/** The fields of a module or a subform, as `GET /settings/fields` lists them. */
export function fieldAnswers(
  form: Listed,
  schema: Schema,
  settings: Settings,
): readonly JsonObject[] {
  return [...form.fields].map(([name, field], index) => {
    const { custom } = field
    const id = custom?.id ?? fieldId(form.id, index)
    const label = custom?.label ?? name.replaceAll('_', ' ')
    const isReadOnly = field.type === 'system' && name !== 'Owner'
    return {
      ...SAME_FOR_ALL,
      id,
      api_name: name,
      field_label: label,
      display_label: label,
      data_type: wordOf(field),
      json_type: jsonTypeOf(field),
      length: lengthOf(field),
      system_mandatory: form.mandatory.includes(name),
      custom_field: custom !== undefined,
      created_source: custom === undefined ? 'default' : 'custom',
      read_only: isReadOnly,
      field_read_only: isReadOnly,
      operation_type: {
        web_create: !isReadOnly,
        web_update: !isReadOnly,
        api_create: !isReadOnly,
        api_update: !isReadOnly,
      },
      view_type: {
        view: true,
        edit: !isReadOnly,
        create: !isReadOnly,
        quick_create: false,
      },
      display_field: form.nameField === name,
      private: isRestricted(form.name, name, settings)
        ? { restricted: true, type: 'High', export: false }
        : null,
      unique: custom?.isUnique === true ? settings.uniqueAnswer : {},
      decimal_place: field.type === 'double' ? 2 : null,
      ...contentsOf(field, schema, settings, id),
    }
  })
}

/** Members that have the same value in every field. Zoho's SDK expects all of them. */
const SAME_FOR_ALL = {
  type: 'used',
  visible: true,
  virtual_field: false,
  webhook: true,
  filterable: true,
  searchable: true,
  sortable: true,
  public: false,
  separator: false,
  mass_update: true,
  businesscard_supported: false,
  blueprint_supported: true,
  history_tracking_enabled: false,
  colour_code_enabled_by_system: false,
  enable_colour_code: false,
  pick_list_values_sorted_lexically: false,
  ui_type: 1,
  display_type: -1,
  profiles: [],
  email_parser: { fields_update_supported: true, record_operations_supported: true },
  tooltip: null,
  crypt: null,
  external: null,
  parent_field: null,
  range: null,
  association_details: null,
  multi_module_lookup: null,
  convert_mapping: {},
  currency: null,
  formula: null,
  rollup_summary: null,
  multiselectlookup: null,
  auto_number: null,
} satisfies JsonObject

function isRestricted(module: string, field: string, { hiddenFields }: Settings): boolean {
  return hiddenFields.some(
    (one) => one.module === module && one.field === field && one.isRestricted === true,
  )
}

/** The members about what the field may hold, or which module it points at. */
function contentsOf(
  field: Field,
  schema: Schema,
  settings: Settings,
  id: string,
): { readonly pick_list_values: Json; readonly lookup: Json; readonly associated_module: Json } {
  const values = valuesOf(field, settings)
  return {
    pick_list_values: values.map((value, index) => ({
      id: `${BigInt(id) * 10n + BigInt(index)}`.slice(-18),
      display_value: value,
      actual_value: value,
      reference_value: value,
      sequence_number: index + 1,
      type: 'used',
    })),
    lookup:
      field.type === 'lookup'
        ? {
            api_name: field.module,
            id,
            display_label: field.module.replaceAll('_', ' '),
            module: { api_name: field.module, id: schema[field.module].id, crypt: false },
          }
        : {},
    associated_module:
      field.type === 'subform' ? { module: field.form.name, id: field.form.id } : null,
  }
}

/** Zoho's `data_type` of a field. */
function wordOf(field: Field): string {
  return 'word' in field ? field.word : field.type
}

function jsonTypeOf(field: Field): string {
  switch (field.type) {
    case 'double':
    case 'boolean':
      return field.type
    case 'lookup':
      return 'jsonobject'
    case 'subform':
      return 'jsonarray'
    case 'system':
      return field.word === 'ownerlookup' ? 'jsonobject' : 'string'
    default:
      return 'string'
  }
}

/** Characters that a value may have; for other types than text, the numbers that Zoho gives. */
function lengthOf(field: Field): number {
  switch (field.type) {
    case 'text':
      return field.lengthMax
    case 'double':
      return 16
    case 'boolean':
      return 5
    case 'date':
      return 20
    default:
      return 120
  }
}

/** The digits that all ids share, then the number of the module, then that of the field in it. */
function fieldId(formId: string, index: number): string {
  return `${formId.slice(0, 12)}${formId.slice(-3)}${String(index).padStart(3, '0')}`
}
