// Answers that are in none of Zoho's documents, for a fake that lies now and then.
import type { FaultKind } from '../../../src/adapters/fake-zoho/faults/fault-kinds.ts'

const UNKNOWN_WORD = '{"code":"SOMETHING_NEW","message":"record is busy","status":"error"}'
const PAGE = { body: '<html><body>Blocked</body></html>', contentType: 'text/html' }

/** Each with its share of the calls, from 0 to 1: one call in thirty meets one of them. */
export const ODD_ANSWERS: readonly (readonly [kind: FaultKind, probability: number])[] = [
  [{ type: 'odd', status: 400, body: UNKNOWN_WORD }, 0.003],
  [{ type: 'odd', status: 400, body: UNKNOWN_WORD, applied: true }, 0.003],
  [{ type: 'odd', status: 409, body: UNKNOWN_WORD, applied: true }, 0.003],
  [{ type: 'odd', status: 403, ...PAGE, applied: true }, 0.003],
  [{ type: 'odd', status: 423, body: UNKNOWN_WORD }, 0.003],
  [{ type: 'odd', status: 200, body: '{}', applied: true }, 0.003],
  [{ type: 'odd', status: 307, body: '' }, 0.003],
  [{ type: 'wrongIdType' }, 0.003],
  [{ type: 'extraMembers' }, 0.01],
]
