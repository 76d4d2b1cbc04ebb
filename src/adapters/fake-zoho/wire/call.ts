// A request as the fake reads it.
/** A request with its whole body. */
export type Call = {
  readonly method: string
  readonly url: URL
  readonly authorization: string | null
  readonly bodyText: string
  /** The parameters of the query; for a call for a token, those of the body as well. */
  readonly parameters: URLSearchParams
}

export const TOKEN_PATH = '/oauth/v2/token'

export async function readCall(request: Request): Promise<Call> {
  const url = new URL(request.url)
  const bodyText = await request.text()
  const parameters = new URLSearchParams(url.search)
  if (url.pathname === TOKEN_PATH) {
    const contentType = request.headers.get('content-type') ?? ''
    for (const [name, value] of await formEntries(bodyText, contentType)) {
      parameters.append(name, value)
    }
  }
  return {
    method: request.method,
    url,
    authorization: request.headers.get('authorization'),
    bodyText,
    parameters,
  }
}

/** Zoho's documents use the query, Zoho's SDK multipart, and most other clients a plain form. */
async function formEntries(
  bodyText: string,
  contentType: string,
): Promise<readonly (readonly [string, string])[]> {
  if (!contentType.startsWith('multipart/form-data')) return [...new URLSearchParams(bodyText)]
  const body = new Response(bodyText, { headers: { 'content-type': contentType } })
  try {
    return [...(await body.formData())].map(([name, value]) => [name, String(value)])
  } catch {
    // A broken form has no parameters, so the call is refused because they are missing.
    return []
  }
}
