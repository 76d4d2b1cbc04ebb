import type { CrmId } from '../../domain/ids.ts'
import type { CallResult } from '../../domain/sale/outcome.ts'
import type { CreateStep } from '../../domain/sale/steps.ts'

/** A right that the token's owner grants it, by the CRM's own name. */
export type ScopeGrant = {
  readonly scope: string
  readonly granted: boolean
  /** `setUp` is used by nothing but the creation of the reference field. */
  readonly neededFor: 'sales' | 'setUp'
}

/** A field of a module, as its description says. */
export type CrmField = {
  readonly name: string
  /** The CRM's word for what it holds: `text` for one line of text. */
  readonly type: string
  /** Characters it holds at most; `null` where the description does not say. */
  readonly lengthMax: number | null
  /** Whether the CRM refuses a second record with the same value. */
  readonly unique: boolean
  /** The values to choose from; `null` for a field that takes any. */
  readonly values: readonly string[] | null
}

/** A record whose reference field is not empty. The text in it may be anybody's. */
export type MarkedRecord = { readonly id: CrmId; readonly reference: string }

/** What the gateway relies on in the CRM, by the CRM's own names. */
export type CrmNeeds = {
  /** Modules that are read or written. */
  readonly modules: readonly string[]
  /** The fields it reads or writes, module by module; the lines of a record are a module, too. */
  readonly fields: readonly { readonly module: string; readonly names: readonly string[] }[]
  /** Values that a field has to offer, and the setting each comes from. */
  readonly values: readonly NeededValue[]
  /** The unique text field of the records that a sale creates. */
  readonly referenceField: string
  /** The module of each of them. */
  readonly recordModules: Readonly<Record<CreateStep, string>>
  /** Modules whose records a sale's records point at. */
  readonly contactModule: string
  readonly productModule: string
}

export type NeededValue = {
  readonly module: string
  readonly field: string
  readonly value: string
  readonly setting: string
}

/** Records that one page of `listReferences` holds at most. */
export const REFERENCES_PAGE_MAX = 2_000

/** Ids that `readReferences` takes at once. */
export const REFERENCE_IDS_MAX = 50

/**
 * What a person who sets the gateway up, or looks after it, has to know of the CRM. As with
 * `Crm`, how a call ended is its value, and every call ends within `withinMs` milliseconds.
 */
export interface CrmAdmin {
  /**
   * Makes sure of a token, and says which of the scopes that the gateway uses it was granted;
   * `null` where the CRM did not tell.
   */
  readGrant(withinMs: number): Promise<CallResult<readonly ScopeGrant[] | null>>

  /** One record of the module; `null` when it has none. */
  readFirst(module: string, withinMs: number): Promise<CallResult<CrmId | null>>

  /** The fields of the module, as far as the token's user may see them. */
  readFields(module: string, withinMs: number): Promise<CallResult<readonly CrmField[]>>

  /** Asks something in the query language, by which records are looked up without delay. */
  tryQuery(withinMs: number): Promise<CallResult<void>>

  /** Adds the reference field to the module of this step. `done` says that the CRM agreed. */
  createReferenceField(step: CreateStep, withinMs: number): Promise<CallResult<void>>

  /**
   * The next records with a reference, by rising id, beginning above `after`: at most
   * `REFERENCES_PAGE_MAX`. None means that there are no more.
   */
  listReferences(
    step: CreateStep,
    after: CrmId | undefined,
    withinMs: number,
  ): Promise<CallResult<readonly MarkedRecord[]>>

  /**
   * Those of the records that are there at this moment, with what is in their reference field
   * (an empty text for nothing). At most `REFERENCE_IDS_MAX` ids.
   */
  readReferences(
    step: CreateStep,
    ids: readonly CrmId[],
    withinMs: number,
  ): Promise<CallResult<readonly MarkedRecord[]>>
}
