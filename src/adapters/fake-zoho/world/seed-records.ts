// Records that a test puts into the fake.
import { isId } from '../schema/ids.ts'
import { asObject, type JsonObject, own } from '../schema/json.ts'
import type { ModuleName } from '../schema/module-names.ts'
import { zohoTime } from '../schema/time.ts'
import { OWNER } from './sample-data.ts'
import type { World } from './world.ts'

/**
 * Stores records as they are given, without the checks of a create. A record with the id of a live
 * one replaces it. Stores all of them or, when one is wrong, none.
 */
export function seedRecords(
  given: { readonly module: ModuleName; readonly records: readonly JsonObject[] },
  { schema, records, nextId, now }: World,
): { readonly ids: readonly string[] } | { readonly problem: string } {
  const { module } = given
  const { fields } = schema[module]
  for (const [index, record] of given.records.entries()) {
    const unknown = Object.keys(record).find((name) => !fields.has(name))
    if (unknown !== undefined) {
      return { problem: `records[${index}].${unknown}: ${module} has no such field` }
    }
    const id = own(record, 'id')
    if (id !== null && (typeof id !== 'string' || !isId(id))) {
      return { problem: `records[${index}].id: must be a text of 1 to 19 digits` }
    }
  }
  if (records.isFull(module)) return { problem: `records: ${module} is full` }
  const time = zohoTime(now())
  const user = { name: OWNER.name, id: OWNER.id }
  const ids = given.records.map((record) => {
    const id = own(record, 'id')
    return typeof id === 'string' ? id : nextId()
  })
  for (const [index, record] of given.records.entries()) {
    const id = ids[index] ?? nextId()
    const before = records.find(module, id)
    const stamps = { Created_Time: time, Modified_Time: time, Created_By: user, Modified_By: user }
    const owner = { ...user, email: OWNER.email }
    records.add(module, { Owner: owner, ...stamps, ...asObject(before), ...record, id }, now())
  }
  return { ids }
}
