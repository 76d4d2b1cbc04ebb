// JSON values, as the fake receives and stores them.
export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export type JsonObject = { readonly [key: string]: Json }

/** The value of a JSON text; `undefined` when the text is not JSON, as a request body may be. */
export function parseJson(text: string): Json | undefined {
  try {
    // The cast holds: JSON.parse returns no other types.
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

/** The value as an object; `undefined` when it is none. An array counts as none. */
export function asObject(value: Json | undefined): JsonObject | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  // The cast holds: Array.isArray above does not narrow a readonly array away for the compiler.
  return isObject ? (value as JsonObject) : undefined
}

/** The object's own member, or `null`. Names such as `constructor` find nothing. */
export function own(object: JsonObject, name: string): Json {
  return Object.hasOwn(object, name) ? (object[name] ?? null) : null
}
