// Values that programs are known to stumble over.

import fc from 'fast-check'

/** Stands wherever nothing of a request may be kept: names, addresses, keys. It must turn up nowhere. No request id has a `~`. */
export const CANARY = 'Kanarya~7f3aQ'

const ODD_TEXTS: readonly string[] = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  '\udfff\ud800',
  '\u202e\u2066',
  'İıĞ',
  'e\u0301',
  '👩‍👩‍👧',
  '\ufeff1',
  '\r\nX-Injected: 1',
  '\t1',
  '1 ',
  '٣',
  '１２',
  '0x10',
  '1e3',
  '-1',
  '-0',
  '+1',
  '1.0',
  '00',
  '9'.repeat(15),
  '9'.repeat(16),
  '9'.repeat(20),
  '9'.repeat(21),
  'NaN',
  'Infinity',
  'null',
  'true',
  '[]',
  '{}',
  '__proto__',
  'constructor',
  'toString',
  "' or 1=1 --",
  '%s%n',

  '<script>alert(1)</script>',
  '../../etc/passwd',
  '2026-02-30',
  '2026-11-30T24:00:00Z',
  '2026-11-30T23:59:60Z',
  '0000-00-00',
  '-000001-01-01',
  'a@b@c.example',
  '"a b"@c.example',
  `${CANARY}@example.com`,
  `plg_live_${CANARY}`,
  CANARY,
  'x'.repeat(65),
  'x'.repeat(255),
  'x'.repeat(256),
  'x'.repeat(8_000),
]

export const oddTexts: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...ODD_TEXTS) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', size: 'medium' }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', size: 'small' }) },
)

const ODD_NUMBERS: readonly number[] = [
  0,
  -0,
  -1,
  0.1 + 0.2,
  0.000_01,
  1.000_05,
  1e-7,
  5e-324,
  1e9,
  1e9 + 0.000_1,
  1e9 + 1,
  2 ** 53,
  2 ** 64,
  1e21,
  1.797e308,
]

/** Values of JSON that a member is not meant to have. */
export const oddJson: fc.Arbitrary<unknown> = fc.oneof(
  oddTexts,
  fc.constantFrom(...ODD_NUMBERS),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom<unknown>(null, true, false, [], {}, [[]], [null], { a: 1 }),
  fc.jsonValue({ maxDepth: 3 }),
)

/** Tokens that stand in a body in the place of a number, though JSON has no such number, or a reader rounds it. */
export const RAW_NUMBERS: readonly string[] = [
  '1e309',
  '-1e309',
  '1e999999999',
  '01',
  '.5',
  '1.',
  '+1',
  'NaN',
  '0x1',
  '1_000',
  '1.0000000000000000000001',
  '9'.repeat(400),
]

/** Names of members and parameters that no schema has. */
export const oddNames: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '', '0'),
  fc.constantFrom('price', 'Quantity', 'a[b]', 'a.b', 'a/b', 'a~b', 'a%00b', `${CANARY}@x.example`),
  oddTexts,
)
