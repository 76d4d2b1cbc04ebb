// The layouts of each module.
import type { ModuleName } from '../schema/module-names.ts'
import { BASE_SCHEMA } from '../schema/modules.ts'
import type { Layout, Settings } from './settings.ts'

/** The layouts of the settings; a module without any has the standard one. */
export function layoutsOf(module: ModuleName, { layouts }: Settings): readonly Layout[] {
  const own = layouts.filter((layout) => layout.module === module)
  if (own.length > 0) return own
  return [
    { module, id: `${BASE_SCHEMA[module].id.slice(0, -3)}091`, name: 'Standard', required: [] },
  ]
}
