// The records of all modules, in memory.
import { asObject, type Json, own } from '../schema/json.ts'
import { MODULE_NAMES, type ModuleName } from '../schema/module-names.ts'
import type { Module, Schema } from '../schema/modules.ts'

/** A record as Zoho stores it: with every field of its module, the empty ones `null`. */
export type CrmRecord = { readonly id: string; readonly [field: string]: Json }

// Live records of one module. More are refused, so that an endless test does not fill the memory.
const RECORDS_MAX = 1_000_000

// Records in one bin. Zoho keeps a deleted record for 60 days; here the oldest is dropped.
const BIN_RECORDS_MAX = 100_000

export interface Records {
  /** The live records, in the order of their creation. */
  live(module: ModuleName): readonly CrmRecord[]

  /** The deleted records, the oldest deletion first. */
  bin(module: ModuleName): readonly CrmRecord[]

  /** The live record with this id. */
  find(module: ModuleName, id: string): CrmRecord | undefined

  /** The live record with this text in this custom field. Letter case does not count. */
  findByUnique(module: ModuleName, field: string, text: string): CrmRecord | undefined

  /** The last change, in milliseconds since the Unix epoch; 0 for the sample data. */
  changedAtMs(id: string): number

  isFull(module: ModuleName): boolean

  /** Stores a record without any check. Fields that are left out become `null`. */
  add(module: ModuleName, record: CrmRecord, changedAtMs?: number): void

  /** Moves the record to the bin and empties the lookups to it; `false` when it is not live. */
  remove(module: ModuleName, id: string): boolean

  /** Removes all records, those in the bins included. */
  clear(): void
}

type ModuleRecords = {
  readonly live: Map<string, CrmRecord>
  /** Live ids by `keyOf`. Without it, each create would search all records for a duplicate. */
  readonly idByText: Map<string, string>
  readonly bin: CrmRecord[]
}

/** Of the records of a module that has too many, the oldest one in so many is dropped at once. */
const DROPPED_PART = 10

/**
 * The records of an organisation, none to begin with.
 *
 * @param keptMax live records that a module keeps: one more drops the oldest tenth, as if they had
 * never been made. Without it all are kept, until the module is full.
 */
export function makeRecords(
  schema: () => Schema,
  referenceField: string,
  keptMax = Number.POSITIVE_INFINITY,
): Records {
  const byModule = new Map<ModuleName, ModuleRecords>()
  const changed = new Map<string, number>()
  for (const name of MODULE_NAMES) {
    byModule.set(name, { live: new Map(), idByText: new Map(), bin: [] })
  }
  function recordsOf(module: ModuleName): ModuleRecords {
    const found = byModule.get(module)
    if (found === undefined) throw new Error(`records: no module ${module}`)
    return found
  }

  /** Takes the record out of all that is kept of live ones. */
  function drop(module: ModuleName, record: CrmRecord): void {
    const { live, idByText } = recordsOf(module)
    live.delete(record.id)
    changed.delete(record.id)
    for (const key of keysOf(schema()[module], referenceField, record)) {
      if (idByText.get(key) === record.id) idByText.delete(key)
    }
  }

  function emptyLookups(target: ModuleName, id: string): void {
    for (const { name, fields } of Object.values(schema())) {
      for (const [fieldName, field] of fields) {
        if (field.type !== 'lookup' || field.module !== target) continue
        const { live } = recordsOf(name)
        for (const record of live.values()) {
          if (lookupId(own(record, fieldName)) !== id) continue
          live.set(record.id, { ...record, [fieldName]: null })
        }
      }
    }
  }

  return {
    live: (module) => [...recordsOf(module).live.values()],
    bin: (module) => [...recordsOf(module).bin],
    find: (module, id) => recordsOf(module).live.get(id),
    findByUnique(module, field, text) {
      const { live, idByText } = recordsOf(module)
      return live.get(idByText.get(keyOf(field, text)) ?? '')
    },
    changedAtMs: (id) => changed.get(id) ?? 0,
    isFull: (module) => recordsOf(module).live.size >= RECORDS_MAX,
    add(module, record, changedAtMs = 0) {
      const { live, idByText } = recordsOf(module)
      const empty = [...schema()[module].fields.keys()].map((name) => [name, null] as const)
      live.set(record.id, { ...Object.fromEntries(empty), ...record })
      for (const key of keysOf(schema()[module], referenceField, record))
        idByText.set(key, record.id)
      if (changedAtMs > 0) changed.set(record.id, changedAtMs)
      if (live.size <= keptMax) return
      // One at a time would look for the oldest among all the places that the others left.
      const oldest = [...live.values()].slice(0, live.size / DROPPED_PART)
      for (const one of oldest) drop(module, one)
    },
    remove(module, id) {
      const { live, bin } = recordsOf(module)
      const record = live.get(id)
      if (record === undefined) return false
      drop(module, record)
      bin.push(record)
      if (bin.length > BIN_RECORDS_MAX) bin.shift()
      emptyLookups(module, id)
      return true
    },
    clear() {
      changed.clear()
      for (const { live, idByText, bin } of byModule.values()) {
        live.clear()
        idByText.clear()
        bin.length = 0
      }
    },
  }
}

/** The keys of the texts of a record that have to be unique. */
function keysOf({ fields }: Module, referenceField: string, record: CrmRecord): readonly string[] {
  const custom = [...fields].flatMap(([name, field]) =>
    field.type === 'text' && field.custom !== undefined ? [name] : [],
  )
  // The reference field always, because a setting may remove it now and bring it back later.
  return [...new Set([...custom, referenceField])].flatMap((name) => {
    const value = own(record, name)
    return typeof value === 'string' ? [keyOf(name, value)] : []
  })
}

const keyOf = (field: string, text: string) => `${field}=${text.toLowerCase()}`

/** The id in a lookup; `undefined` when it is empty. */
export function lookupId(value: Json): string | undefined {
  const id = own(asObject(value) ?? {}, 'id')
  return typeof id === 'string' ? id : undefined
}
