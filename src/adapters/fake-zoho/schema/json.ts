export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export type JsonObject = { readonly [key: string]: Json }

/** `undefined` when the text is not JSON: a request body is whatever the other side sent. */
export function parseJson(text: string): Json | undefined {
  try {
    // JSON.parse makes nothing but these types.
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

/** `undefined` when the value is no object; an array is none here. */
export function asObject(value: Json | undefined): JsonObject | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  // Array.isArray does not narrow a readonly array away, so the compiler needs to be told.
  return isObject ? (value as JsonObject) : undefined
}

/** The object's own value; names such as `constructor` find nothing. */
export function own(object: JsonObject, name: string): Json {
  return Object.hasOwn(object, name) ? (object[name] ?? null) : null
}
