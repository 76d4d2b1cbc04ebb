// Writes the records of a sale with Zoho's field names.

import type { Addresses, NewRecord } from '../../../application/crm/crm.port.ts'
import { assertNever } from '../../../domain/assert-never.ts'
import type { Address } from '../../../domain/contact.ts'
import type { DecimalText } from '../../../domain/money.ts'
import type { SaleLine } from '../../../domain/sale/events.ts'
import { RECORD_MODULES } from '../call/record-modules.ts'
import type { RecordSettings } from '../exchange/zoho-config.ts'
import type { LengthOf } from '../house/field-lengths.ts'
import { houseValues } from '../house/house-values.ts'

/**
 * Returns the body of a create. The same record always gives the same text, so that a repeat of a
 * create sends what the first attempt sent.
 * Source of the names: Zoho CRM v8, Insert Records, and the field lists of its SDK.
 */
export function recordBody(
  record: NewRecord,
  referenceField: string,
  settings: RecordSettings,
  lengthOf: LengthOf,
): string {
  const house = houseValues(RECORD_MODULES[record.step], record, settings.houseFields, lengthOf)
  const { currency, reference } = record
  const fields = {
    ...house,
    ...fieldsOf(record, settings),
    // The rate is left out: Zoho fills in the one of the day.
    ...(currency === undefined ? {} : { Currency: currency }),
    [referenceField]: reference,
  }
  const trigger = settings.trigger === undefined ? {} : { trigger: settings.trigger }
  return JSON.stringify({ data: [fields], ...trigger })
}

function fieldsOf(record: NewRecord, settings: RecordSettings): Readonly<Record<string, unknown>> {
  const parties = {
    Contact_Name: { id: record.contactId },
    ...(record.accountId === null ? {} : { Account_Name: { id: record.accountId } }),
  }
  switch (record.step) {
    case 'deal':
      return {
        Stage: settings.dealStage,
        ...(settings.dealPipeline === undefined ? {} : { Pipeline: settings.dealPipeline }),
        Closing_Date: record.closingDate,
        Amount: exactNumber(record.amount),
        ...parties,
      }
    case 'quote':
      return {
        Quote_Stage: settings.quoteStage,
        Deal_Name: { id: record.dealId },
        ...parties,
        ...addressFields(record.addresses),
        Quoted_Items: record.lines.map(lineItem),
      }
    case 'salesOrder':
      return {
        Status: settings.salesOrderStatus,
        Deal_Name: { id: record.dealId },
        Quote_Name: { id: record.quoteId },
        ...parties,
        ...addressFields(record.addresses),
        Ordered_Items: record.lines.map(lineItem),
      }
    default:
      return assertNever(record)
  }
}

function lineItem(line: SaleLine) {
  return {
    Product_Name: { id: line.productId },
    Quantity: line.quantity,
    List_Price: exactNumber(line.unitPrice),
  }
}

function addressFields(addresses: Addresses): Readonly<Record<string, string | null>> {
  if (addresses === null) return {}
  return {
    ...addressParts('Billing', addresses.billing),
    ...addressParts('Shipping', addresses.shipping),
  }
}

function addressParts(kind: 'Billing' | 'Shipping', address: Address) {
  return {
    [`${kind}_Street`]: address.street,
    [`${kind}_City`]: address.city,
    [`${kind}_State`]: address.state,
    [`${kind}_Code`]: address.code,
    [`${kind}_Country`]: address.country,
  }
}

// TypeScript's library does not list it yet; Node 24 and Deno 2.9 have it.
declare global {
  interface JSON {
    rawJSON(text: string): object
  }
}

/** A JSON number with all its digits: a JavaScript number would lose some of a large amount. */
function exactNumber(text: DecimalText): object {
  return JSON.rawJSON(text)
}
