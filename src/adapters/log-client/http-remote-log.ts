// Reads the log of a gateway over HTTP, for a witness.
import { AppError } from '../../application/base/errors.ts'
import type { RemoteLog } from '../../application/checkpoints/remote-log.port.ts'

/** How long one answer may take. */
const TIMEOUT_MS = 15_000

/** The log of a gateway over HTTP. The API key is sent in a header, and stands in no error message. */
export function makeHttpRemoteLog(url: string, apiKey: string): RemoteLog {
  async function get(path: string): Promise<{ readonly text: string; readonly headers: Headers }> {
    const [status, text, headers] = await answerOf(`${url.replace(/\/+$/, '')}${path}`, apiKey)
    if (status === 200) return { text, headers }
    const code = status >= 500 || status === 429 ? 'unavailable' : 'refused'
    throw new AppError(code, `GET ${path}: the gateway answered ${status}`)
  }

  return {
    async checkpoint() {
      const { text, headers } = await get('/log/checkpoint')
      return { note: text, vkey: headers.get('log-key') ?? undefined }
    },

    async consistency(from, to) {
      const path = `/log/consistency?from=${from}&to=${to}`
      const { text } = await get(path)
      const hashes = hashesOf(text)
      if (hashes !== undefined) return hashes
      throw new AppError('unavailable', `GET ${path}: the gateway answered no proof`)
    },
  }
}

async function answerOf(url: string, apiKey: string): Promise<[number, string, Headers]> {
  try {
    const response = await fetch(url, {
      headers: { 'x-api-key': apiKey },
      // A redirect would send the API key to another address.
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    return [response.status, await response.text(), response.headers]
  } catch (error) {
    throw new AppError('unavailable', 'the gateway cannot be reached', { cause: error })
  }
}

function hashesOf(text: string): readonly string[] | undefined {
  try {
    const { hashes }: { readonly hashes?: unknown } = JSON.parse(text)
    return Array.isArray(hashes) && hashes.every((hash) => typeof hash === 'string')
      ? hashes
      : undefined
  } catch {
    return undefined
  }
}
