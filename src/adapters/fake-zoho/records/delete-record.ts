// `DELETE /crm/v8/{Module}/{id}`: one record into the bin.
import { isId } from '../schema/ids.ts'
import type { Module } from '../schema/modules.ts'
import { type Answer, json, NO_CONTENT, refusal, refuse } from '../wire/answers.ts'
import type { RecordState } from '../world/record-states.ts'
import type { World } from '../world/world.ts'

/**
 * Zoho gives the same answer for a record that was deleted before and for one that never existed.
 * Records that pointed at the deleted one stay, with an empty lookup.
 */
export function deleteRecord(world: World, module: Module, id: string): Answer {
  const { records, states, settings } = world
  if (!isId(id)) {
    return refuse(400, 'INVALID_DATA', 'invalid record id', { resource_path_index: 1 })
  }
  const refused = records.find(module.name, id) && refusedBy(states.of(id), module)
  if (refused !== undefined) return refused
  if (!records.remove(module.name, id)) return GONE[settings.current.goneDeleteAnswer]
  return json(200, {
    data: [{ code: 'SUCCESS', details: { id }, message: 'record deleted', status: 'success' }],
  })
}

/** Public reports disagree on the answer to the delete of a record that is gone. */
const GONE = {
  notDeleted: refuse(400, 'INVALID_DATA', 'record not deleted', { resource_path_index: 1 }),
  invalidId: refuse(400, 'INVALID_DATA', 'the id given seems to be invalid', {
    resource_path_index: 1,
  }),
  noContent: NO_CONTENT,
  notFound: { ...NO_CONTENT, status: 404 },
} satisfies Readonly<Record<string, Answer>>

function refusedBy(state: RecordState, { name }: Module): Answer | undefined {
  switch (state.type) {
    case 'plain':
      return undefined
    case 'hidden': {
      if (state.isDeletable === true) return undefined
      const permissions = [`Crm_Implied_Delete_${name}`]
      return json(403, refusal('NO_PERMISSION', 'permission denied', { permissions }))
    }
    case 'pending':
      return json(400, { data: [refusal('NOT_APPROVED', 'record is not approved')] })
    case 'locked':
      return json(400, { data: [refusal('RECORD_LOCKED', 'record is locked')] })
  }
}
