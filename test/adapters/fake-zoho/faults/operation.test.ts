import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  fits,
  type Operation,
  type OperationPattern,
  operationOf,
} from '../../../../src/adapters/fake-zoho/faults/operation.ts'
import { ORIGIN } from '../support.ts'

const coql = (query: string) => JSON.stringify({ select_query: query })

describe('The operation of a request', () => {
  const cases: readonly (readonly [string, string, string, Operation])[] = [
    ['POST', '/oauth/v2/token?grant_type=x', '', 'token'],
    ['POST', '/crm/v8/coql', coql("select id from Deals where id = '1'"), 'coql:Deals'],
    [
      'POST',
      '/crm/v8/coql',
      coql("select id from Contacts where Email = ' from Deals '"),
      'coql:Contacts',
    ],
    ['POST', '/crm/v8/coql', coql('select id from Deals'), 'other'],
    ['POST', '/crm/v8/coql', 'no json', 'other'],
    ['PUT', '/crm/v8/coql', coql("select id from Deals where id = '1'"), 'other'],
    ['GET', '/crm/v8/Products?ids=1&fields=id&', '', 'list:Products'],
    ['GET', '/crm/v8/Sales_Orders/1?fields=id', '', 'get:Sales_Orders'],
    ['POST', '/crm/v8/Quotes', '{}', 'create:Quotes'],
    ['DELETE', '/crm/v8/Deals/1', '', 'delete:Deals'],
    ['DELETE', '/crm/v8/Deals?ids=1', '', 'other'],
    ['PUT', '/crm/v8/Deals/1', '{}', 'other'],
    ['GET', '/crm/v8/Shoes/1', '', 'other'],
    ['GET', '/crm/v8/Deals/1/Notes', '', 'other'],
    ['GET', '/crm/v2/Deals/1', '', 'other'],
    ['GET', '/bigin/v8/Deals/1', '', 'other'],
    ['GET', '/', '', 'other'],
    ['GET', '/crm/v8/Contacts/search?email=a@example.com&', '', 'search:Contacts'],
    ['GET', '/crm/v8/settings/fields?module=Deals&', '', 'fields:Deals'],
    ['GET', '/crm/v8/settings/fields?module=Quoted_Items', '', 'fields:Quoted_Items'],
    ['GET', '/crm/v8/settings/fields', '', 'other'],
    ['POST', '/crm/v8/settings/fields?module=Deals', '{}', 'createField:Deals'],
    ['POST', '/crm/v8/settings/fields?module=Quoted_Items', '{}', 'other'],
    ['GET', '/crm/v8/settings/modules', '', 'modules'],
    ['GET', '/crm/v8/settings/layouts', '', 'other'],
    ['GET', '/crm/v8/org', '', 'org'],
    ['GET', '/crm/v8/org/currencies', '', 'currencies'],
    ['GET', '/crm/v8/settings/layouts?module=Deals', '', 'layouts:Deals'],
    ['GET', '/crm/v8/settings/layouts?module=Shoes', '', 'other'],
    ['GET', '/crm/v8/users?type=CurrentUser', '', 'users'],
    ['POST', '/crm/v8/users', '{}', 'other'],
  ]
  for (const [method, path, body, operation] of cases) {
    it(`${method} ${path} ${body} is ${operation}`, () => {
      assert.equal(operationOf({ method, url: ORIGIN + path }, body), operation)
    })
  }
})

describe('A pattern of operations', () => {
  const cases: readonly (readonly [OperationPattern, Operation, boolean])[] = [
    ['*', 'token', true],
    ['create:*', 'create:Deals', true],
    ['create:*', 'createField:Deals', false],
    ['create:Deals', 'create:Deals', true],
    ['create:Deals', 'create:Quotes', false],
    ['token', 'other', false],
  ]
  for (const [pattern, operation, isFit] of cases) {
    it(`${pattern} ${isFit ? 'fits' : 'does not fit'} ${operation}`, () => {
      assert.equal(fits(operation, pattern), isFit)
    })
  }
})
