// The layouts of a module, as Zoho describes them.

import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import type { CrmLayout } from '../../../application/crm-setup/crm-admin.port.ts'
import type { Row } from '../answers/rows.ts'

const LayoutField = Type.Object({
  api_name: Type.String({ minLength: 1 }),
  required: Type.Optional(Type.Unknown()),
})

const LayoutRow = Compile(
  Type.Object({
    id: Type.String({ pattern: '^[0-9]{1,20}$' }),
    name: Type.String(),
    status: Type.Optional(Type.Unknown()),
    visible: Type.Optional(Type.Unknown()),
    sections: Type.Array(
      Type.Object({
        fields: Type.Array(LayoutField),
        isSubformSection: Type.Optional(Type.Unknown()),
      }),
    ),
  }),
)

export function layoutsPath(module: string): string {
  return `/crm/v8/settings/layouts?module=${module}`
}

/** The layouts that are in use, without what they require of lines; `undefined` when a row describes no layout. */
export function layoutsOf(rows: readonly Row[]): readonly CrmLayout[] | undefined {
  if (!rows.every((row) => LayoutRow.Check(row))) return undefined
  return rows
    .filter(({ status, visible }) => status !== 'inactive' && visible !== false)
    .map(({ id, name, sections }) => ({
      id,
      name,
      required: sections
        .filter(({ isSubformSection }) => isSubformSection !== true)
        .flatMap(({ fields }) =>
          fields.flatMap((field) => (field.required === true ? [field.api_name] : [])),
        ),
    }))
}
