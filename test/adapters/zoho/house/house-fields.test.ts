import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  type HouseFields,
  parseHouseFields,
} from '../../../../src/adapters/zoho/house/house-fields.ts'

function problemsOf(file: unknown, reference = 'Gateway_Reference'): readonly string[] {
  const text = typeof file === 'string' ? file : JSON.stringify(file)
  const read = parseHouseFields(text, reference)
  return read.ok ? [] : read.problems
}

function fieldsOf(file: object): HouseFields {
  const read = parseHouseFields(JSON.stringify(file), 'Gateway_Reference')
  assert.ok(read.ok)
  return read.fields
}

const MODULES = ['Deals', 'Quotes', 'Sales_Orders'] as const
const ADDRESSES = ['Billing', 'Shipping'].flatMap((kind) =>
  ['Street', 'City', 'State', 'Code', 'Country'].map((part) => `${kind}_${part}`),
)

describe('The file of the fields of the house', () => {
  it('takes texts, numbers, booleans and links, for each module apart', () => {
    const file = {
      Deals: { Lead_Source: 'Web shop', Owner: { id: '550428000000411001' }, Priority: 2 },
      Quotes: { Is_Web: false },
    }
    assert.deepEqual(fieldsOf(file), {
      Deals: {
        Lead_Source: { type: 'text', template: ['Web shop'] },
        Owner: { type: 'link', id: '550428000000411001' },
        Priority: { type: 'constant', value: 2 },
      },
      Quotes: { Is_Web: { type: 'constant', value: false } },
      Sales_Orders: {},
    })
  })

  it('takes a byte order mark, as editors write it', () => {
    assert.deepEqual(problemsOf('\uFEFF{"Deals":{"A":1}}'), [])
  })

  it('may name the records', () => {
    const names = { Deals: { Deal_Name: '{client} {date}' }, Quotes: { Subject: 'Web' } }
    assert.deepEqual(problemsOf(names), [])
  })

  // The file, and what is said about it.
  const WRONG: readonly (readonly [unknown, readonly (string | RegExp)[]])[] = [
    ['{"Deals": {\n  "A": secret }', [/^is no JSON(: look at line 2 column 8)?$/]],
    ['', [/^is no JSON/]],
    [[], ['must be an object with Deals, Quotes, Sales_Orders']],
    ['null', ['must be an object with Deals, Quotes, Sales_Orders']],
    [{ Leads: {} }, ['Leads: is no module of a sale; known are Deals, Quotes, Sales_Orders']],
    [{ Deals: [] }, ['Deals: must be an object with a member for each field']],
    [{ Deals: { 'Lead Source': 'x' } }, [/^Deals\."Lead Source": is no API name of a field/]],
    [{ Deals: { $line_tax: 'x' } }, [/^Deals\."\$line_tax": is no API name of a field/]],
    [{ Deals: { A: null } }, ['Deals.A: must be a text, a number, true, false or {"id": "…"}']],
    [{ Deals: { A: ['x'] } }, ['Deals.A: must be a text, a number, true, false or {"id": "…"}']],
    [{ Deals: { A: ' ' } }, ['Deals.A: is empty; leave the member out']],
    [{ Deals: { A: 'x'.repeat(32_001) } }, ['Deals.A: must have at most 32000 characters']],
    ['{"Deals":{"A":1e999}}', [/^Deals\.A: has more digits than a number keeps/]],
    ['{"Deals":{"A":550428000000411001}}', [/^Deals\.A: has more digits than a number keeps/]],
    [{ Deals: { Owner: { id: 7 } } }, [/^Deals\.Owner: must be \{"id": "…"\} with 1 to 20 digits/]],
    [{ Deals: { Owner: { id: '7', name: 'x' } } }, [/^Deals\.Owner: must be .* nothing else$/]],
    [{ Deals: { Owner: {} } }, [/^Deals\.Owner: must be \{"id": "…"\}/]],
    [{ Quotes: { Subject: 7 } }, ['Quotes.Subject: is the name of the record; it must be a text']],
    [
      { Deals: { A: '{saleid} {} {' } },
      [
        /^Deals\.A: \{saleid\} is no placeholder; known are \{saleId\} \{shortId\} \{date\} /,
        /^Deals\.A: \{\} is no placeholder/,
        'Deals.A: { has no }; write {{ for a brace',
      ],
    ],
    [
      { Deals: { Stage: 'x', Pipeline: 'x' }, Quotes: { Quote_Stage: 'x' } },
      [
        'Deals.Stage: set ZOHO_DEAL_STAGE instead',
        'Deals.Pipeline: set ZOHO_DEAL_PIPELINE instead',
        'Quotes.Quote_Stage: set ZOHO_QUOTE_STAGE instead',
      ],
    ],
  ]
  for (const [file, expected] of WRONG) {
    const shown = JSON.stringify(file).slice(0, 60)
    it(`is refused as ${shown}`, () => {
      const problems = problemsOf(file)
      assert.equal(problems.length, expected.length, problems.join('\n'))
      for (const [index, one] of expected.entries()) {
        if (typeof one === 'string') assert.equal(problems[index], one)
        else assert.match(problems[index] ?? '', one)
      }
    })
  }

  // No field that makes the sale, whatever the case of its letters.
  const COMMON = ['Contact_Name', 'Account_Name', 'Currency', 'Exchange_Rate', 'Gateway_Reference']
  const MONEY = ['Discount', 'Tax', 'Adjustment', 'Sub_Total', 'Grand_Total', 'id']
  const TAKEN = {
    Deals: ['Amount', 'Closing_Date', 'Stage', 'Pipeline', 'Expected_Revenue'],
    Quotes: ['Deal_Name', 'Quoted_Items', 'Quote_Stage', ...ADDRESSES],
    Sales_Orders: ['Deal_Name', 'Quote_Name', 'Ordered_Items', 'Status', ...ADDRESSES],
  } as const
  for (const module of MODULES) {
    it(`sets no field of ${module} that makes the sale`, () => {
      for (const name of [...COMMON, ...MONEY, ...TAKEN[module]]) {
        for (const spelling of [name, name.toUpperCase(), name.toLowerCase()]) {
          const [problem = ''] = problemsOf({ [module]: { [spelling]: '1' } })
          assert.ok(problem.startsWith(`${module}.${spelling}: `), `${module}.${spelling}`)
          assert.match(problem, /leave it out$|^[^:]+: set ZOHO_[A-Z_]+ instead$/)
        }
      }
    })
  }

  it('does not set the reference field of this house', () => {
    assert.deepEqual(problemsOf({ Quotes: { our_field: 'x' } }, 'Our_Field').length, 1)
    assert.deepEqual(problemsOf({ Quotes: { our_field: 'x' } }, 'Other').length, 0)
  })
})
