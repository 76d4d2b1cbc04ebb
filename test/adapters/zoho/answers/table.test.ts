// The whole table of how an answer of Zoho is read: every status, with a known word, an unknown
// one, none, and both kinds of throttling, for each kind of request.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  type ClassifiedAnswer,
  classifyAnswer,
  type RequestKind,
} from '../../../../src/adapters/zoho/answers/classify-answer.ts'

const KINDS = ['create', 'delete', 'readOne', 'read'] as const satisfies readonly RequestKind[]

/** The bodies, one for each column of the table. `undefined` is a page, or nothing at all. */
const BODIES = {
  known: error('CANNOT_PROCESS'),
  unknown: error('BRAND_NEW'),
  none: undefined,
  throttle: error('TOO_MANY_REQUESTS'),
  rolling: error('URL_ROLLING_THROTTLES_LIMIT_EXCEEDED'),
  rollingInside: error('INTERNAL_ERROR', 'URL_ROLLING_THROTTLES_LIMIT_EXCEEDED'),
} as const

function error(code: string, message = 'in words') {
  return { code, status: 'error', message, details: {} }
}

// Each cell has a letter for create, delete, read by id, and list or query, in this order:
//
//   R refused         O refused, and the step stays open   U unknown
//   D one read decides   N nothing is there                T the token is refused
//   S not sent, throttled   P unknown, with the pause of a throttled call
// biome-ignore format: the columns are the point
const TABLE: readonly (readonly [number, string, string, string, string])[] = [
  //    known    unknown  none     throttle
  [200, 'RDRR', 'UDUU', 'UDUU', 'SSSS'],
  [201, 'RDRR', 'UDUU', 'UDUU', 'SSSS'],
  [202, 'RDRR', 'UDUU', 'UDUU', 'SSSS'],
  [204, '',     '',     'UDNN', ''],
  [207, 'RDRR', 'UDUU', 'UDUU', 'SSSS'],
  [301, 'UUUU', 'UUUU', 'UUUU', 'PPPP'],
  [400, 'RDRR', 'ODUU', 'ODUU', 'SSSS'],
  [401, 'TTTT', 'TTTT', 'TTTT', 'TTTT'],
  [403, 'RRRR', 'ORRR', 'OUUU', 'SSSS'],
  // CANNOT_PROCESS and its kind do not speak of the id: no read by id is "none" because of them.
  [404, 'ODUU', 'ODNU', 'ODNU', 'SSSS'],
  [405, 'ODUU', 'ODUU', 'ODUU', 'SSSS'],
  [408, 'UUUU', 'UUUU', 'UUUU', 'SSSS'],
  [409, 'ODUU', 'ODUU', 'ODUU', 'SSSS'],
  [410, 'ODUU', 'ODNU', 'ODNU', 'SSSS'],
  [412, 'ODUU', 'ODUU', 'ODUU', 'SSSS'],
  [413, 'ODUU', 'ODUU', 'ODUU', 'SSSS'],
  [415, 'ODUU', 'ODUU', 'ODUU', 'SSSS'],
  [423, 'ORUU', 'ORUU', 'ORUU', 'SSSS'],
  [425, 'UUUU', 'UUUU', 'UUUU', 'SSSS'],
  [429, 'SSSS', 'SSSS', 'SSSS', 'SSSS'],
  [500, 'UUUU', 'UUUU', 'UUUU', 'PPPP'],
  [502, 'UUUU', 'UUUU', 'UUUU', 'PPPP'],
  [503, 'UUUU', 'UUUU', 'UUUU', 'PPPP'],
  [504, 'UUUU', 'UUUU', 'UUUU', 'PPPP'],
]

/** The letter of an answer. */
function letterOf(answer: ClassifiedAnswer): string {
  switch (answer.type) {
    case 'rows':
      return answer.rows.length === 0 ? 'N' : 'rows'
    case 'oneRead':
      return 'D'
    case 'tokenRefused':
      return 'T'
    case 'written':
    case 'named':
      return answer.type
    case 'notDone': {
      const { result } = answer
      if (result.type === 'refused') return result.isOpen ? 'O' : 'R'
      const isThrottled = result.fault === 'throttled'
      if (result.type === 'unknown') return isThrottled ? 'P' : 'U'
      return isThrottled ? 'S' : 'not sent'
    }
  }
}

function lettersFor(status: number, body: unknown): string {
  const exchange = { type: 'answered', status, body } as const
  return KINDS.map((kind) => letterOf(classifyAnswer(kind, exchange, 'Gateway_Reference'))).join('')
}

describe('The table of answers', () => {
  for (const [status, known, unknown, none, throttle] of TABLE) {
    const cells = { known, unknown, none, throttle, rolling: throttle, rollingInside: throttle }
    for (const [word, letters] of Object.entries(cells)) {
      if (letters === '') continue
      const body = BODIES[word as keyof typeof BODIES]
      it(`reads ${status} with the word "${word}" as ${letters}`, () => {
        assert.equal(lettersFor(status, body), letters)
      })
      if (body === undefined) continue
      it(`reads ${status} with the word "${word}" inside a list as ${letters}`, () => {
        assert.equal(lettersFor(status, { data: [body] }), letters)
      })
    }
  }

  const SPECIAL: readonly (readonly [string, number, unknown, string])[] = [
    ['no scope for it', 401, error('OAUTH_SCOPE_MISMATCH'), 'RRRR'],
    ['no scope for it, under another status', 403, error('OAUTH_SCOPE_MISMATCH'), 'RRRR'],
    ['an empty list', 200, { data: [] }, 'UDNN'],
    ['an empty list under another success', 207, { data: [] }, 'UDUU'],
    ['an empty object', 200, {}, 'UDUU'],
    ['a word that does not say it is an error', 200, { code: 'CANNOT_PROCESS' }, 'UDUU'],
    ['several results', 400, { data: [error('INVALID_DATA'), error('INVALID_DATA')] }, 'ODRR'],
    ['a locked record', 400, error('RECORD_LOCKED'), 'RRRR'],
    ['a record that waits for approval', 200, { data: [error('NOT_APPROVED')] }, 'RRRR'],
    ['a locked record under a conflict', 409, error('RECORD_LOCKED'), 'ORUU'],
    ['a missing right under a bad request', 400, error('AUTHORIZATION_FAILED'), 'RRRR'],
    [
      'an id that is nobody’s',
      400,
      error('INVALID_DATA', 'the id given seems to be invalid'),
      'RDNR',
    ],
    ['an id that is none', 400, error('INVALID_DATA', 'Invalid record ID'), 'RDNR'],
    ['a value that is wrong', 400, error('INVALID_DATA', 'invalid data'), 'RDRR'],
    ['a word about the id', 404, error('INVALID_DATA'), 'ODNU'],
    ['an address that is not there', 404, error('INVALID_URL_PATTERN'), 'ODUU'],
    ['a failure of Zoho under a bad request', 400, error('INTERNAL_ERROR'), 'UDUU'],
    ['a failure of Zoho in a list', 200, { data: [error('INTERNAL_ERROR')] }, 'UDUU'],
    ['a failure of Zoho under a missing right', 403, error('INTERNAL_ERROR'), 'ORRR'],
    ['a failure of Zoho under a missing page', 404, error('INTERNAL_ERROR'), 'ODUU'],
    ['a dead token under a bad request', 400, error('INVALID_OAUTHTOKEN'), 'TTTT'],
    ['a status nobody listed', 422, error('INVALID_DATA'), 'ODUU'],
    ['several errors, one in an unknown word', 400, several('INVALID_DATA', 'BRAND_NEW'), 'ODUU'],
    ['several errors, all in known words', 400, several('INVALID_DATA', 'LIMIT_EXCEEDED'), 'RDRR'],
    ['several errors that cannot be read', 400, error('MULTIPLE_OR_MULTI_ERRORS'), 'ODUU'],
  ]
  for (const [what, status, body, letters] of SPECIAL) {
    it(`reads ${status} that names ${what} as ${letters}`, () => {
      assert.equal(lettersFor(status, body), letters)
    })
  }
})

function several(...codes: readonly string[]) {
  const errors = codes.map((code) => error(code))
  return { data: [{ ...error('MULTIPLE_OR_MULTI_ERRORS'), details: { errors } }] }
}
