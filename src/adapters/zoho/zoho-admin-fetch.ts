import type { ZohoFetch } from './zoho-config.ts'

const FIELDS_PATH = '/crm/v8/settings/fields'

/** How an answer that lists fields begins; Zoho names a list after what is in it. */
const FIELDS_BEGIN = /^\s*\{\s*"fields"/

/** The description of fields as the list of rows that all other reads bring. */
export function fieldsAsData(fetch: ZohoFetch): ZohoFetch {
  return async function fetchFieldsAsData(url, init) {
    const response = await fetch(url, init)
    const isFields = new URL(url).pathname === FIELDS_PATH
    if (!isFields || response.body === null) return response
    const { status, headers } = response
    return new Response(response.body.pipeThrough(renamed()), { status, headers })
  }
}

/** Only the first chunk is looked at, so that an answer of any size flows through. */
function renamed(): TransformStream<Uint8Array, Uint8Array> {
  let isFirst = true
  return new TransformStream({
    transform(chunk, controller) {
      // Latin-1 keeps each byte as it is.
      const text = isFirst ? new TextDecoder('latin1').decode(chunk) : ''
      const begin = FIELDS_BEGIN.exec(text)?.[0]
      isFirst = false
      if (begin === undefined) return controller.enqueue(chunk)
      controller.enqueue(new TextEncoder().encode('{"data"'))
      controller.enqueue(chunk.subarray(begin.length))
    },
  })
}
