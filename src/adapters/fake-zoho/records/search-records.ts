// `GET /crm/v8/{Module}/search`: records by e-mail address, or by the text of one field.
import { own } from '../schema/json.ts'
import type { Module } from '../schema/modules.ts'
import { type Answer, refuse } from '../wire/answers.ts'
import type { Call } from '../wire/call.ts'
import { isSeenBy } from '../world/sight.ts'
import type { World } from '../world/world.ts'
import { listAnswer, namesIn } from './read-records.ts'

/** `criteria=(Field:equals:text)`. Zoho's `equals` finds the text inside a longer one, too. */
const CRITERIA = /^\((\w+):equals:(.+)\)$/

/**
 * Finds records of which an e-mail address, or the field of the criteria, contains the text. A
 * search reads an index, which lags behind the records by `searchLagMs`. Zoho's other searches are
 * refused here.
 */
export function searchRecords(call: Call, world: World, module: Module): Answer {
  const [, named, text] = CRITERIA.exec(call.parameters.get('criteria') ?? '') ?? []
  const wanted = (text ?? call.parameters.get('email') ?? '').trim().toLowerCase()
  if (wanted === '') {
    return refuse(400, 'EXPECTED_PARAM_MISSING', 'one of the expected parameters is missing', {
      param_names: ['criteria', 'email', 'phone', 'word'],
    })
  }
  const addresses = [...module.fields].flatMap(([name, field]) =>
    field.type === 'text' && field.word === 'email' ? [name] : [],
  )
  const searched = named === undefined ? addresses : [named]
  const found = world.records
    .live(module.name)
    .filter(({ id }) => isSeenBy('search', id, world))
    .filter((record) =>
      searched.some((name) =>
        String(own(record, name) ?? '')
          .toLowerCase()
          .includes(wanted),
      ),
    )
  const names = namesIn(call, 'fields')
  const shown = names.length === 0 ? [...module.fields.keys()] : names
  return listAnswer(call, world, module, found, shown, {})
}
