// The fields of the house and the name of a record, filled in for one sale.

import type { NewRecord } from '../../../application/crm/crm.port.ts'
import type { LengthOf } from './field-lengths.ts'
import {
  DEFAULT_NAME,
  type HouseFields,
  type HouseModule,
  type HouseValue,
  NAME_FIELDS,
} from './house-fields.ts'
import { fillTemplate, type TextValues } from './text-template.ts'

/** Characters at the end of a sale id: the part of it that is drawn by chance. */
const SHORT_ID_LENGTH = 8

/** Fields of one record, by API name, as they are sent. */
export type HouseValues = Readonly<
  Record<string, string | number | boolean | { readonly id: string }>
>

type SaleTexts = Pick<NewRecord, 'saleId' | 'requestedOn' | 'names' | 'client'>

/** The name of the record is always among them. A text that comes out empty is left out. */
export function houseValues(
  module: HouseModule,
  sale: SaleTexts,
  houseFields: HouseFields,
  lengthOf: LengthOf,
): HouseValues {
  const values = textValues(sale)
  const fill = (name: string, value: HouseValue) =>
    value.type === 'text'
      ? fillTemplate(value.template, values, lengthOf(module, name))
      : value.type === 'link'
        ? { id: value.id }
        : value.value
  const nameField = NAME_FIELDS[module]
  const given = Object.entries(houseFields[module])
    .map(([name, value]) => [name, fill(name, value)] as const)
    .filter(([, value]) => value !== '')
  return {
    [nameField]: fillTemplate(DEFAULT_NAME, values, lengthOf(module, nameField)),
    ...Object.fromEntries(given),
  }
}

/** A contact without an account stands in for it. */
function textValues({ saleId, requestedOn, names, client }: SaleTexts): TextValues {
  const contactName = inOneLine(names.contactName)
  return {
    saleId,
    shortId: saleId.slice(-SHORT_ID_LENGTH),
    date: requestedOn,
    accountName: inOneLine(names.accountName) || contactName,
    contactName,
    client: inOneLine(client),
  }
}

/** Most fields hold one line. */
function inOneLine(name: string | null): string {
  return (name ?? '').replaceAll(/[\s\p{Cc}]+/gu, ' ').trim()
}
