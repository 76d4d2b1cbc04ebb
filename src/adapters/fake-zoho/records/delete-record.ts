// `DELETE /crm/v8/{Module}/{id}`: one record into the bin.
import { isId } from '../schema/ids.ts'
import type { Module } from '../schema/modules.ts'
import { type Answer, json, refuse } from '../wire/answers.ts'
import type { World } from '../world/world.ts'

/**
 * Zoho gives the same answer for a record that was deleted before and for one that never existed.
 * Records that pointed at the deleted one stay, with an empty lookup.
 */
export function deleteRecord({ records }: World, module: Module, id: string): Answer {
  if (!isId(id)) {
    return refuse(400, 'INVALID_DATA', 'invalid record id', { resource_path_index: 1 })
  }
  if (!records.remove(module.name, id)) {
    return refuse(400, 'INVALID_DATA', 'record not deleted', { resource_path_index: 1 })
  }
  return json(200, {
    data: [{ code: 'SUCCESS', details: { id }, message: 'record deleted', status: 'success' }],
  })
}
