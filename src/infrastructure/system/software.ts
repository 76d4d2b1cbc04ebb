import { readFileSync } from 'node:fs'

/** Name and version of this software, as events record them. */
export const SOFTWARE = readSoftware()

function readSoftware(): string {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')
  const { name, version }: { readonly name?: unknown; readonly version?: unknown } =
    JSON.parse(text)
  return `${name}/${version}`
}
