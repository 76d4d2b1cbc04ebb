import { asObject, type Json, own } from './json.ts'
import { MODULE_NAMES, type ModuleName, type Schema } from './modules.ts'

/** A record as Zoho keeps it: every field of its module is there, the empty ones as `null`. */
export type CrmRecord = { readonly id: string; readonly [field: string]: Json }

// Live records of one module. What is beyond is refused, so that a test that never ends does not
// take all memory.
const RECORDS_MAX = 1_000_000

// Zoho keeps the bin for 60 days; here the oldest go first.
const BIN_RECORDS_MAX = 100_000

export interface Records {
  /** In the order in which they were made. */
  live(module: ModuleName): readonly CrmRecord[]

  /** What was deleted, the longest deleted first. */
  bin(module: ModuleName): readonly CrmRecord[]

  /** The live record with this id. */
  find(module: ModuleName, id: string): CrmRecord | undefined

  /** The live record with this reference, letter case aside. */
  findByReference(module: ModuleName, reference: string): CrmRecord | undefined

  isFull(module: ModuleName): boolean

  /** Fields left out become `null`. Checks nothing: that is the work of the calls. */
  add(module: ModuleName, record: CrmRecord): void

  /** Moves the record to the bin and empties the lookups to it; `false` when it is not live. */
  remove(module: ModuleName, id: string): boolean
}

type Shelf = {
  readonly live: Map<string, CrmRecord>
  /** Live ids by reference in lower case: the unique check of an insert is not to get slower. */
  readonly idByReference: Map<string, string>
  readonly bin: CrmRecord[]
}

export function makeRecords(schema: Schema, referenceField: string): Records {
  const shelves = new Map<ModuleName, Shelf>()
  for (const name of MODULE_NAMES) {
    shelves.set(name, { live: new Map(), idByReference: new Map(), bin: [] })
  }
  function shelf(module: ModuleName): Shelf {
    const found = shelves.get(module)
    if (found === undefined) throw new Error(`records: no module ${module}`)
    return found
  }

  function emptyLookups(target: ModuleName, id: string): void {
    for (const { name, fields } of Object.values(schema)) {
      for (const [fieldName, field] of fields) {
        if (field.type !== 'lookup' || field.module !== target) continue
        const { live } = shelf(name)
        for (const record of live.values()) {
          if (lookupId(own(record, fieldName)) !== id) continue
          live.set(record.id, { ...record, [fieldName]: null })
        }
      }
    }
  }

  return {
    live: (module) => [...shelf(module).live.values()],
    bin: (module) => [...shelf(module).bin],
    find: (module, id) => shelf(module).live.get(id),
    findByReference(module, reference) {
      const { live, idByReference } = shelf(module)
      return live.get(idByReference.get(reference.toLowerCase()) ?? '')
    },
    isFull: (module) => shelf(module).live.size >= RECORDS_MAX,
    add(module, record) {
      const { live, idByReference } = shelf(module)
      const empty = [...schema[module].fields.keys()].map((name) => [name, null] as const)
      live.set(record.id, { ...Object.fromEntries(empty), ...record })
      const reference = own(record, referenceField)
      if (typeof reference === 'string') idByReference.set(reference.toLowerCase(), record.id)
    },
    remove(module, id) {
      const { live, idByReference, bin } = shelf(module)
      const record = live.get(id)
      if (record === undefined) return false
      live.delete(id)
      const reference = String(own(record, referenceField)).toLowerCase()
      if (idByReference.get(reference) === id) idByReference.delete(reference)
      bin.push(record)
      if (bin.length > BIN_RECORDS_MAX) bin.shift()
      emptyLookups(module, id)
      return true
    },
  }
}

/** The id a stored lookup points at; `undefined` when it is empty. */
export function lookupId(value: Json): string | undefined {
  const id = own(asObject(value) ?? {}, 'id')
  return typeof id === 'string' ? id : undefined
}
