import { SALE } from '../../../support/gateway/http-requests.ts'

/** What is wrong with it, the body as it goes out, and the member that the answer has to name. */
export type BadBody = readonly [what: string, body: string, member: string]

const [line, otherLine] = SALE.products
const { contactId } = SALE

/** The example with other members at the top. */
function sale(changes: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ ...SALE, ...changes })
}

/** The example with this for its first line. */
function withLine(first: unknown): string {
  return sale({ products: [first, otherLine] })
}

/** The example with a first line whose quantity is this text, as JSON has it. */
function withQuantity(text: string): string {
  return withLine({ ...line, quantity: '?' }).replace('"?"', text)
}

const NOT_JSON: readonly BadBody[] = [
  ['no bytes', '', 'body'],
  ['a blank', ' ', 'body'],
  ['no end', '{"contactId":"1"', 'body'],
  ['single quotes', "{'contactId':'1'}", 'body'],
  ['a comma too many', '{"contactId":"1",}', 'body'],
  ['a name without quotes', '{contactId:"1"}', 'body'],
  ['a word', 'sale', 'body'],
  ['NaN for a quantity', withQuantity('NaN'), 'body'],
  ['Infinity for a quantity', withQuantity('Infinity'), 'body'],
  ['a quantity with a leading zero', withQuantity('02'), 'body'],
  ['two values', '{}{}', 'body'],
  ['a comment', '{/* sale */}', 'body'],
  ['a form', 'contactId=1', 'body'],
  ['a control character in a text', '{"contactId":"\n"}', 'body'],
  ['lists without an end', '['.repeat(60_000), 'body'],
]

const WRONG_AT_THE_TOP: readonly BadBody[] = [
  ['null', 'null', 'body'],
  ['a list', '[]', 'body'],
  ['the sale in a list', `[${sale({})}]`, 'body'],
  ['a text', '"sale"', 'body'],
  ['a number', '1', 'body'],
  ['true', 'true', 'body'],
  ['lists in lists', '['.repeat(30_000) + ']'.repeat(30_000), 'body'],
  ['no members', '{}', 'contactId'],
  ['no contactId', JSON.stringify({ products: SALE.products }), 'contactId'],
  ['no products', JSON.stringify({ contactId }), 'products'],
  ['contactId null', sale({ contactId: null }), 'contactId'],
  ['contactId a number', sale({ contactId: 550428000008877 }), 'contactId'],
  ['contactId true', sale({ contactId: true }), 'contactId'],
  ['contactId a list', sale({ contactId: [contactId] }), 'contactId'],
  ['contactId an object', sale({ contactId: { id: contactId } }), 'contactId'],
  ['contactId empty', sale({ contactId: '' }), 'contactId'],
  ['contactId with letters', sale({ contactId: '55042800000887766x' }), 'contactId'],
  ['contactId with 21 digits', sale({ contactId: '1'.repeat(21) }), 'contactId'],
  ['contactId with a sign', sale({ contactId: '-1' }), 'contactId'],
  ['contactId with a blank', sale({ contactId: ` ${contactId}` }), 'contactId'],
  ['contactId with a line break', sale({ contactId: `${contactId}\n` }), 'contactId'],
  ['contactId in other digits', sale({ contactId: '٥٥٠٤٢٨' }), 'contactId'],
  ['contactId with a quote', sale({ contactId: "1' or '1'='1" }), 'contactId'],
  ['an unknown member', sale({ note: 'x' }), 'note'],
  ['contactId in other letters', sale({ contactID: '1' }), 'contactID'],
  ['an unknown member without a name', sale({ '': 'x' }), '""'],
  ['__proto__', sale({}).replace('{', '{"__proto__":{"admin":true},'), '__proto__'],
  ['constructor', sale({ constructor: { prototype: {} } }), 'constructor'],
  ['toString', sale({ toString: 'x' }), 'toString'],
]

const WRONG_LINES: readonly BadBody[] = [
  ['products null', sale({ products: null }), 'products'],
  ['products an object', sale({ products: { 0: line } }), 'products'],
  ['products a line', sale({ products: line }), 'products'],
  ['products a text', sale({ products: 'all' }), 'products'],
  ['products empty', sale({ products: [] }), 'products'],
  ['products with 201 lines', sale({ products: Array(201).fill(line) }), 'products'],
  ['a line null', withLine(null), 'products[0]'],
  ['a line a list', withLine([line]), 'products[0]'],
  ['a line a text', withLine(line.productId), 'products[0]'],
  ['a line a number', withLine(2), 'products[0]'],
  ['a line without members', withLine({}), 'products[0].productId'],
  ['a line without productId', withLine({ quantity: 2 }), 'products[0].productId'],
  ['a line without quantity', withLine({ productId: '1' }), 'products[0].quantity'],
  ['a later line without members', sale({ products: [line, {}] }), 'products[1].productId'],
  ['an unknown member of a line', withLine({ ...line, price: 1 }), 'products[0].price'],
  ['__proto__ in a line', withQuantity('1,"__proto__":{}'), 'products[0].__proto__'],
  ['productId null', withLine({ ...line, productId: null }), 'products[0].productId'],
  ['productId a number', withLine({ ...line, productId: 1 }), 'products[0].productId'],
  ['productId a list', withLine({ ...line, productId: ['1'] }), 'products[0].productId'],
  ['productId an object', withLine({ ...line, productId: {} }), 'products[0].productId'],
  ['productId empty', withLine({ ...line, productId: '' }), 'products[0].productId'],
  ['productId with letters', withLine({ ...line, productId: '12ab' }), 'products[0].productId'],
  ['productId of 21 digits', withLine({ ...line, productId: '1'.repeat(21) }), '[0].productId'],
  ['productId a list of ids', withLine({ ...line, productId: '1,2' }), 'products[0].productId'],
]

const WRONG_QUANTITIES: readonly BadBody[] = [
  '0',
  '-0',
  '0.0',
  '-1',
  '-0.0001',
  '1e309',
  '-1e309',
  '1e-400',
  '"2"',
  '""',
  'null',
  'true',
  'false',
  '[2]',
  '{}',
  '0.00001',
  '0.00009999',
  '1.23456',
  '1e-5',
  '1e-7',
  '1000000000.1',
  '1000000001',
  '1e21',
  '9007199254740993',
].map((text) => [`quantity ${text}`, withQuantity(text), 'products[0].quantity'] as const)

export const BAD_BODIES: readonly BadBody[] = [
  ...NOT_JSON,
  ...WRONG_AT_THE_TOP,
  ...WRONG_LINES,
  ...WRONG_QUANTITIES,
]
