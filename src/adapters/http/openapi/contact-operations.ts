// The description of GET /getContact.

import { Type } from 'typebox'
import type { Operation } from './document-types.ts'
import { answer, errorAnswer, example, json, responseRef } from './responses.ts'
import { schemaRef } from './schemas.ts'
import { keyWith } from './security.ts'

const ADDRESS = {
  street: 'Tahtalı Mah. Kiteyol Sok. No: 24',
  city: 'Bursa',
  state: 'Nilüfer',
  code: '16110',
  country: 'Türkiye',
}

/** As published. */
const FOUND = {
  status: 'success',
  data: {
    id: '550428000008877665',
    First_Name: 'Poligon',
    Last_Name: 'Mühendislik',
    Email: 'info@poligonmuhendislik.com',
    Account_Info: {
      id: '550428000002233445',
      Name: 'Poligon Mühendislik San. ve Tic. Ltd. Şti.',
      Shipping_Address: ADDRESS,
      Billing_Address: ADDRESS,
    },
  },
}

export const getContact: Operation = {
  operationId: 'getContact',
  summary: 'Find a contact and its account',
  description:
    'Finds the address exactly, letter case aside. Of several contacts with it, the one that was modified last.',
  tags: ['Contacts'],
  security: keyWith('contacts:read'),
  parameters: [
    {
      name: 'email',
      in: 'query',
      description: 'The e-mail address, once. At most 254 characters, 64 of them before the @.',
      required: true,
      schema: Type.String({ format: 'idn-email', maxLength: 254 }),
      examples: example('The published one', 'info@poligonmuhendislik.com'),
    },
  ],
  responses: {
    200: answer('Found.', json(schemaRef('ContactFound'), example('As published', FOUND))),
    400: errorAnswer('The address is malformed, missing, or there twice.', [
      'Invalid or missing email format.',
      'name: is not known here. Known: email',
    ]),
    401: responseRef('Unauthorized'),
    403: responseRef('Forbidden'),
    404: answer(
      'There is no contact with this address: it is safe to make one.',
      json(
        schemaRef('ContactNotFound'),
        example('As published', { status: 'not_found', message: 'No record found.' }),
      ),
    ),
    429: responseRef('TooManyRequests'),
    500: responseRef('InternalError'),
    502: errorAnswer('The CRM cannot be reached, or answers wrongly. Ask again later.', [
      'The CRM cannot be reached or answers wrongly.',
    ]),
    503: errorAnswer(
      'The CRM takes no more requests, or the service cannot answer. Ask again after Retry-After.',
      ['The CRM takes no more requests at the moment.'],
      ['Retry-After'],
    ),
    504: errorAnswer('The CRM did not answer in time. Ask again.', [
      'The CRM did not answer in time.',
    ]),
  },
}
