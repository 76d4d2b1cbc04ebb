// The layouts of each module.
import type { ModuleName } from '../schema/module-names.ts'
import { BASE_SCHEMA } from '../schema/modules.ts'
import type { Settings } from './settings.ts'

/** A layout may require fields that its module does not: a create has to name it for that. */
export type Layout = {
  readonly module: ModuleName
  readonly id: string
  readonly name: string
  /** API names of fields, over those that the module itself requires. */
  readonly required: readonly string[]
}

/** The layouts of the settings; a module without any has the standard one. */
export function layoutsOf(module: ModuleName, { layouts }: Settings): readonly Layout[] {
  const own = layouts.filter((layout) => layout.module === module)
  if (own.length > 0) return own
  return [
    { module, id: `${BASE_SCHEMA[module].id.slice(0, -3)}091`, name: 'Standard', required: [] },
  ]
}
