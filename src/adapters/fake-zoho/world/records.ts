import { asObject, type Json, own } from '../schema/json.ts'
import { MODULE_NAMES, type ModuleName } from '../schema/module-names.ts'
import type { Module, Schema } from '../schema/modules.ts'

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

  /** The live record with this text in this custom field, letter case aside. */
  findByUnique(module: ModuleName, field: string, text: string): CrmRecord | undefined

  /** When the record was last changed, in milliseconds since the Unix epoch; 0 for long ago. */
  changedAtMs(id: string): number

  isFull(module: ModuleName): boolean

  /** Fields left out become `null`. Checks nothing: that is the work of the calls. */
  add(module: ModuleName, record: CrmRecord, changedAtMs?: number): void

  /** Moves the record to the bin and empties the lookups to it; `false` when it is not live. */
  remove(module: ModuleName, id: string): boolean

  /** Everything goes, the bin too. */
  clear(): void
}

type Shelf = {
  readonly live: Map<string, CrmRecord>
  /** Live ids by custom text, see `keyOf`: the unique check of an insert is not to get slower. */
  readonly idByText: Map<string, string>
  readonly bin: CrmRecord[]
}

export function makeRecords(schema: () => Schema, referenceField: string): Records {
  const shelves = new Map<ModuleName, Shelf>()
  const changed = new Map<string, number>()
  for (const name of MODULE_NAMES) {
    shelves.set(name, { live: new Map(), idByText: new Map(), bin: [] })
  }
  function shelf(module: ModuleName): Shelf {
    const found = shelves.get(module)
    if (found === undefined) throw new Error(`records: no module ${module}`)
    return found
  }

  function emptyLookups(target: ModuleName, id: string): void {
    for (const { name, fields } of Object.values(schema())) {
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
    findByUnique(module, field, text) {
      const { live, idByText } = shelf(module)
      return live.get(idByText.get(keyOf(field, text)) ?? '')
    },
    changedAtMs: (id) => changed.get(id) ?? 0,
    isFull: (module) => shelf(module).live.size >= RECORDS_MAX,
    add(module, record, changedAtMs = 0) {
      const { live, idByText } = shelf(module)
      const empty = [...schema()[module].fields.keys()].map((name) => [name, null] as const)
      live.set(record.id, { ...Object.fromEntries(empty), ...record })
      for (const key of keysOf(schema()[module], referenceField, record))
        idByText.set(key, record.id)
      if (changedAtMs > 0) changed.set(record.id, changedAtMs)
    },
    remove(module, id) {
      const { live, idByText, bin } = shelf(module)
      const record = live.get(id)
      if (record === undefined) return false
      live.delete(id)
      changed.delete(id)
      for (const key of keysOf(schema()[module], referenceField, record)) {
        if (idByText.get(key) === id) idByText.delete(key)
      }
      bin.push(record)
      if (bin.length > BIN_RECORDS_MAX) bin.shift()
      emptyLookups(module, id)
      return true
    },
    clear() {
      changed.clear()
      for (const { live, idByText, bin } of shelves.values()) {
        live.clear()
        idByText.clear()
        bin.length = 0
      }
    },
  }
}

/** The keys of a record's texts that may have to be the only ones. */
function keysOf({ fields }: Module, referenceField: string, record: CrmRecord): readonly string[] {
  const custom = [...fields].flatMap(([name, field]) =>
    field.type === 'text' && field.custom !== undefined ? [name] : [],
  )
  // A field that a module has not now may be one again before the record goes.
  return [...new Set([...custom, referenceField])].flatMap((name) => {
    const value = own(record, name)
    return typeof value === 'string' ? [keyOf(name, value)] : []
  })
}

const keyOf = (field: string, text: string) => `${field}=${text.toLowerCase()}`

/** The id a stored lookup points at; `undefined` when it is empty. */
export function lookupId(value: Json): string | undefined {
  const id = own(asObject(value) ?? {}, 'id')
  return typeof id === 'string' ? id : undefined
}
