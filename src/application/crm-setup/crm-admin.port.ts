// What the commands that set the gateway up, check it and look for orphans ask of the CRM.

import type { CrmId } from '../../domain/ids.ts'
import type { CallResult } from '../../domain/sale/outcome.ts'
import type { CreateStep } from '../../domain/sale/steps.ts'

/** A right of the token, by the CRM's own name, and whether the token has it. */
export type ScopeGrant = {
  readonly scope: string
  readonly granted: boolean
  /** `setUp` is used only to create the reference field. */
  readonly neededFor: 'sales' | 'setUp'
  /** Without it a sale could not be rolled back to the end: no sale is taken. */
  readonly isVital?: boolean
}

/** A field of a module, as the CRM describes it. */
export type CrmField = {
  readonly name: string
  /** The CRM's word for the type of its values: `text` for one line of text. */
  readonly type: string
  /** Characters it holds at most; `null` where the CRM does not tell. */
  readonly lengthMax: number | null
  /** Whether the CRM refuses a second record with the same value. */
  readonly unique: boolean
  /** Whether it is a personal field that the CRM hides from programs: its value is not to be read. */
  readonly restricted: boolean
  /** Whether a record without it is refused, whatever its layout is. */
  readonly mandatory: boolean
  /** Whether a create can set it. */
  readonly writable: boolean
  /** The values to choose from; `null` for a field that takes any. */
  readonly values: readonly string[] | null
}

/** A layout of a module, and the API names of the fields that it requires. */
export type CrmLayout = {
  readonly id: string
  readonly name: string
  readonly required: readonly string[]
}

/** A record and the text in its reference field. Anybody may have written the text. */
export type MarkedRecord = { readonly id: CrmId; readonly reference: string }

/** What the gateway needs in the CRM, by the CRM's own names. */
export type CrmNeeds = {
  /** Modules that are read or written. */
  readonly modules: readonly string[]
  /** The fields that are read or written, by module; the lines of a record are a module, too. */
  readonly fields: readonly { readonly module: string; readonly names: readonly string[] }[]
  /** The field of a currency. These modules have it where the organisation has several. */
  readonly currency: { readonly field: string; readonly modules: readonly string[] }
  /** Values that a field has to offer, and the setting each comes from. */
  readonly values: readonly NeededValue[]
  /** The unique text field of the records that a sale creates. */
  readonly referenceField: string
  /** What each record of a sale, and each of its lines, is sent with. */
  readonly records: readonly NeededRecord[]
  /** The module of each of these records. */
  readonly recordModules: Readonly<Record<CreateStep, string>>
  /** Modules whose records a sale's records point at. */
  readonly contactModule: string
  readonly productModule: string
}

/** A value that a field has to offer, and the name of the setting it comes from. */
export type NeededValue = {
  readonly module: string
  readonly field: string
  readonly value: string
  readonly setting: string
}

/** What a record of a sale, or a line of it, is sent with. */
export type NeededRecord = {
  readonly module: string
  /** Fields that every sale fills. */
  readonly filled: readonly string[]
  /** Fields that stay empty for a contact without an account, or without that part of an address. */
  readonly sometimesFilled: readonly string[]
  /** Fields that the operator has added. */
  readonly further: readonly FurtherField[]
  /** The setting that adds fields; `null` where none can be added. */
  readonly source: string | null
}

export type FurtherField = { readonly name: string; readonly value: FurtherValue }

export type FurtherValue =
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'boolean' }
  | { readonly type: 'link'; readonly id: string }
  | FurtherText

export type FurtherText = {
  readonly type: 'text'
  /** The text as it is in one sale. */
  readonly sample: string
  /** Whether it is the same in every sale. */
  readonly isFixed: boolean
  /** Characters that it has in every sale. */
  readonly lengthMin: number
  /** Whether two sales can have the same text: never, hardly ever, or as a rule. */
  readonly marks: 'surely' | 'nearly' | 'none'
}

/** Records that one page of `listReferences` holds at most. */
export const REFERENCES_PAGE_MAX = 2_000

/** Ids that `readReferences` takes at once. */
export const REFERENCE_IDS_MAX = 50

/**
 * No method throws for what the CRM or the network does: the returned `CallResult` is how the call
 * ended. Every call ends within `withinMs` milliseconds.
 */
export interface CrmAdmin {
  /**
   * Gets a token, and returns which of the scopes that the gateway uses it has; `null` where the
   * CRM did not tell.
   */
  readGrant(withinMs: number): Promise<CallResult<readonly ScopeGrant[] | null>>

  /** The id of any record of the module; `null` when it has none. */
  readFirst(module: string, withinMs: number): Promise<CallResult<CrmId | null>>

  /** The fields of the module, as far as the token's user may see them. */
  readFields(module: string, withinMs: number): Promise<CallResult<readonly CrmField[]>>

  /** The layouts of the module that are in use. */
  readLayouts(module: string, withinMs: number): Promise<CallResult<readonly CrmLayout[]>>

  /** Sends one query in the query language, with which records are found without delay. */
  tryQuery(withinMs: number): Promise<CallResult<void>>

  /**
   * Reads any contact with an account, or any product, as a sale does. It is refused where the CRM
   * does not show a field that a sale needs, and done where there is no such record.
   */
  tryRead(of: 'contact' | 'product', withinMs: number): Promise<CallResult<void>>

  /**
   * Deletes an id that no record has, to see whether the token may delete records of this step.
   * `refused` is that it may not.
   */
  tryDelete(step: CreateStep, withinMs: number): Promise<CallResult<void>>

  /** Adds the reference field to the module of this step. `done` is the CRM's word for it only. */
  createReferenceField(step: CreateStep, withinMs: number): Promise<CallResult<void>>

  /**
   * The next records whose reference field is not empty, by rising id, beginning above `after`. At
   * most `REFERENCES_PAGE_MAX`; an empty page means that there are no more.
   */
  listReferences(
    step: CreateStep,
    after: CrmId | undefined,
    withinMs: number,
  ): Promise<CallResult<readonly MarkedRecord[]>>

  /**
   * The records with these ids, with an empty text for an empty reference field; those that do not
   * exist at this moment are left out. At most `REFERENCE_IDS_MAX` ids.
   */
  readReferences(
    step: CreateStep,
    ids: readonly CrmId[],
    withinMs: number,
  ): Promise<CallResult<readonly MarkedRecord[]>>
}
