// `GET /crm/v8/settings/layouts?module=M`: the layouts of a module, and what each requires.
import type { JsonObject } from '../schema/json.ts'
import { type Module, moduleNamed } from '../schema/modules.ts'
import { type Answer, json, refuse } from '../wire/answers.ts'
import type { Call } from '../wire/call.ts'
import { layoutsOf } from '../world/layouts.ts'
import type { Layout } from '../world/settings.ts'
import type { World } from '../world/world.ts'
import { fieldAnswers } from './field-answer.ts'
import { invalidModule } from './settings-calls.ts'

export function listLayouts(call: Call, world: World): Answer {
  const name = call.parameters.get('module')
  if (name === null) {
    return refuse(400, 'REQUIRED_PARAM_MISSING', 'One of the expected parameter is missing', {
      param_name: 'module',
    })
  }
  const found = moduleNamed(name)
  if (found === undefined) return invalidModule()
  const module = world.schema[found]
  const layouts = layoutsOf(found, world.settings.current)
  return json(200, { layouts: layouts.map((layout) => layoutAnswer(layout, module, world)) })
}

function layoutAnswer({ id, name, required }: Layout, module: Module, world: World): JsonObject {
  const fields = fieldAnswers(module, world.schema, world.settings.current).map((field) => ({
    ...field,
    required: field['system_mandatory'] === true || required.includes(String(field['api_name'])),
  }))
  const section = {
    id: `${id}1`.slice(-18),
    api_name: `${module.name}_Information`,
    name: `${module.name} Information`,
    display_label: `${module.name} Information`,
    sequence_number: 1,
    column_count: 2,
    isSubformSection: false,
    fields,
  }
  return {
    id,
    name,
    api_name: name,
    display_label: name,
    status: 'active',
    visible: true,
    has_more_profiles: false,
    profiles: [],
    sections: [section],
  }
}
