// The headers of the answers, each described once.

import { Type } from 'typebox'
import { SALE_ID } from '../../../domain/ids.ts'
import { FAILED_STEPS } from '../../../domain/sale/steps.ts'
import { PAGE_HEADERS } from '../audit/frame/page-protection.ts'
import { KEY_WANTED } from '../request/auth.ts'
import { REQUEST_ID } from '../request/request-id.ts'
import type { Header, Ref } from './document-types.ts'

type HeaderName = keyof typeof HEADERS

/** Headers by their names. With `!` every answer of this kind has it, with `?` it may be missing. */
export type HeaderNames = readonly (HeaderName | `${HeaderName}!` | `${HeaderName}?`)[]

export function headersOf(names: HeaderNames): Readonly<Record<string, Header | Ref>> {
  return Object.fromEntries(
    names.map((name) => {
      const plain = name.replace(/[!?]$/, '') as HeaderName
      if (plain === name) return [plain, { $ref: `#/components/headers/${plain}` }]
      return [plain, { ...HEADERS[plain], required: name.endsWith('!') }]
    }),
  )
}

const always = (description: string, schema: Header['schema']) => ({
  description,
  required: true,
  schema,
})

const sometimes = (description: string, schema: Header['schema']) => ({
  description,
  required: false,
  schema,
})

export const HEADERS = {
  'X-Request-Id': always(
    'Yours, when you sent one of this form, else a new one. Quote it when you ask us.',
    Type.String({ pattern: REQUEST_ID.source }),
  ),
  'Cache-Control': always('No answer may be kept.', Type.Literal('no-store')),
  Connection: sometimes(
    'close while the service stops: send the next request over a new connection.',
    Type.String(),
  ),
  'Sale-Id': sometimes(
    'The sale that was started. A replay and a 409 carry the first one.',
    Type.String({ pattern: SALE_ID.source }),
  ),
  'Idempotent-Replayed': sometimes(
    'The answer is that of an earlier request with this Idempotency-Key.',
    Type.Literal('true'),
  ),
  'Sale-Failure': sometimes(
    'The step at which the sale failed; in every 500 of a failed sale.',
    Type.Enum([...FAILED_STEPS]),
  ),
  'Retry-After': always('Seconds to wait before you ask again.', Type.Integer({ minimum: 1 })),
  'RateLimit-Limit': sometimes(
    'Requests that your key may make at once. Only where keys have a rate.',
    Type.Integer({ minimum: 1 }),
  ),
  'RateLimit-Remaining': sometimes('What is left of them.', Type.Integer({ minimum: 0 })),
  'RateLimit-Reset': sometimes('Seconds until none of them is used.', Type.Integer({ minimum: 0 })),
  'WWW-Authenticate': always('The header that the key belongs into.', Type.Literal(KEY_WANTED)),
  Allow: always('The methods that the path has.', Type.String({ pattern: '^[A-Z]+(, [A-Z]+)*$' })),
  'Log-Key': always(
    'The public key that the checkpoint is signed with, as a C2SP vkey.',
    Type.String({ pattern: '^[^+]+\\+[0-9a-f]{8}\\+[A-Za-z0-9+/=]+$' }),
  ),
  ...(Object.fromEntries(
    Object.entries(PAGE_HEADERS).map(([name, value]) => [
      name,
      always('Protects the page in a browser.', Type.Literal(value)),
    ]),
  ) as Record<keyof typeof PAGE_HEADERS, Header>),
} as const satisfies Readonly<Record<string, Header>>
