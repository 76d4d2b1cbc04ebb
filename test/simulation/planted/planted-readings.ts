// The readings of odd answers that the gateway once had, put back between it and the CRM.
import type { ZohoFetch } from '../../../src/adapters/zoho/exchange/zoho-config.ts'
import type { SabotageFetch } from '../world/world.ts'
import type { PlantedFault } from './planted-faults.ts'

/** What came back, as far as a reading looks at it. */
type Came = {
  readonly url: string
  readonly method: string
  /** What was sent. */
  readonly body: string
  readonly status: number
  readonly text: string
}

/** Gives the answers another meaning; `undefined` leaves one as it is. */
function rereading(read: (came: Came) => Response | undefined): SabotageFetch {
  return (fetch) => async (url, init) => {
    const response = await fetch(url, init)
    // What is cut in the middle cannot be read, and stays what it is.
    const text = await response
      .clone()
      .text()
      .catch(() => undefined)
    if (text === undefined) return response
    const { method = 'GET' } = init
    const body = typeof init.body === 'string' ? init.body : ''
    return read({ url, method, body, status: response.status, text }) ?? response
  }
}

function answer(status: number, code: string): Response {
  return Response.json({ code, message: 'no', details: {}, status: 'error' }, { status })
}

const isToken = (url: string) => url.endsWith('/oauth/v2/token')

/** Seven tries in two seconds, and then none for ten minutes, though none had cost a token. */
const spendsTries: SabotageFetch = (fetch, { time }) => {
  const [TRIES_MAX, SPACING_MS, WINDOW_MS] = [7, 250, 610_000]
  let failedAt: readonly number[] = []
  const attempt: ZohoFetch = async (url, init) => {
    const response = await fetch(url, init)
    const text = await response.clone().text()
    return text.includes('access_token') ? response : Promise.reject(new TypeError('no token'))
  }
  return async (url, init) => {
    if (!isToken(url)) return fetch(url, init)
    for (;;) {
      failedAt = failedAt.filter((at) => time.now - at < WINDOW_MS)
      if (failedAt.length >= TRIES_MAX) throw new TypeError('no try left')
      try {
        return await attempt(url, init)
      } catch {
        failedAt = [...failedAt, time.now]
        await time.sleep(SPACING_MS)
      }
    }
  }
}

/** A token that was refused before it was ever let in is refused for good. */
const buriesNewTokens: SabotageFetch = (fetch) => {
  const letIn = new Set<string>()
  const buried = new Set<string>()
  return async (url, init) => {
    if (isToken(url)) return fetch(url, init)
    const token = new Headers(init.headers).get('authorization') ?? ''
    if (buried.has(token)) return answer(401, 'INVALID_TOKEN')
    const response = await fetch(url, init)
    if (response.status !== 401) letIn.add(token)
    else if (!letIn.has(token)) buried.add(token)
    return response
  }
}

type Row = Readonly<Record<string, unknown>>

function rowsOf(text: string): readonly Row[] | undefined {
  try {
    const { data } = JSON.parse(text)
    return Array.isArray(data) ? data : undefined
  } catch {
    return undefined
  }
}

const NO_ACCOUNT = Object.fromEntries(
  ['Billing', 'Shipping']
    .flatMap((kind) =>
      ['Street', 'City', 'State', 'Code', 'Country'].map((part) => `${kind}_${part}`),
    )
    .map((name) => [`Account_Name.${name}`, null])
    .concat([['Account_Name', null]]),
)

/** Faults that only a CRM shows which says what no document of it says. */
export const PLANTED_READINGS: readonly PlantedFault[] = [
  {
    name: 'what only a refused create has named is forgotten',
    breaks: ['1'],
    isLying: true,
    sabotage: ({ zoho }) => ({
      zoho: {
        ...zoho,
        crm: {
          ...zoho.crm,
          async createRecord(record, withinMs) {
            const made = await zoho.crm.createRecord(record, withinMs)
            if (made.type !== 'unknown') return made
            const { namedId: _forgotten, ...unnamed } = made
            return unnamed
          },
        },
      },
    }),
  },
  {
    name: 'tries that brought no token count as tokens',
    breaks: ['8'],
    isLying: true,
    sabotageFetch: spendsTries,
  },
  {
    name: 'a new token that is refused once is not used again',
    breaks: ['8'],
    isLying: true,
    sabotageFetch: buriesNewTokens,
  },
  {
    name: 'a 401 with an unknown word is taken for a refusal of the call',
    breaks: ['8'],
    isLying: true,
    sabotageFetch: rereading(({ url, status, text }) =>
      !isToken(url) && status === 401 && !/INVALID_TOKEN|AUTHENTICATION_FAILURE/.test(text)
        ? answer(403, 'NO_PERMISSION')
        : undefined,
    ),
  },
  {
    name: 'a record that is gone counts as one that cannot be deleted, but for one sentence',
    breaks: ['8'],
    isLying: true,
    sabotageFetch: rereading(({ method, status, text }) => {
      const isOdd = status === 204 || status === 404 || /the id given/.test(text)
      return method === 'DELETE' && isOdd ? answer(400, 'RECORD_LOCKED') : undefined
    }),
  },
  {
    name: 'a contact whose address is hidden is taken for none',
    breaks: ['4'],
    isLying: true,
    sabotageFetch: rereading(({ body, text }) => {
      const isHidden = (row: Row) => 'id' in row && !String(row['Email']).includes('@')
      const isOfMail = body.includes('from Contacts where Email')
      if (!isOfMail || rowsOf(text)?.some(isHidden) !== true) return undefined
      return new Response(null, { status: 204 })
    }),
  },
  {
    name: 'a column that is not there is taken for an empty one',
    breaks: ['1'],
    isLying: true,
    sabotageFetch: rereading(({ body, text }) => {
      const rows = body.includes('from Contacts') ? rowsOf(text) : undefined
      if (rows?.some((row) => 'id' in row) !== true) return undefined
      return Response.json({ data: rows.map((row) => ({ ...NO_ACCOUNT, ...row })) })
    }),
  },
  {
    name: 'a product without a price that can be read is read again',
    breaks: ['8'],
    isLying: true,
    sabotageFetch: rereading(({ url, status, text }) =>
      url.includes('/crm/v8/Products?') &&
      status === 200 &&
      /"Unit_Price":"|"Product_Name":null/.test(text)
        ? answer(500, 'INTERNAL_ERROR')
        : undefined,
    ),
  },
]
