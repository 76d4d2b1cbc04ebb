// The route GET /getContact.

import type { FastifyPluginAsync } from 'fastify'
import type { GetContact } from '../../../application/crm/get-contact.ts'
import { assertNever } from '../../../domain/assert-never.ts'
import { type Address, type Contact, isEmailAddress } from '../../../domain/contact.ts'
import { errorBody, retryAfterSeconds } from '../request/errors.ts'

type Options = { readonly getContact: GetContact }

/** The published contact look-up. The address is in the query, so it is in no log line. */
export const contactRoutes: FastifyPluginAsync<Options> = async (app, { getContact }) => {
  app.get('/getContact', { config: { access: ['contacts:read'] } }, async (request, reply) => {
    const { email } = request.query as { readonly email?: string | readonly string[] }
    if (typeof email !== 'string' || !isEmailAddress(email)) {
      return reply.code(400).send(errorBody('Invalid or missing email format.'))
    }
    const result = await getContact(email)
    if ('reason' in result) {
      const { type: outcome, reason } = result
      request.log.warn({ outcome, reason }, 'contact not read')
    }
    switch (result.type) {
      case 'found':
        return reply.send({ status: 'success', data: publishedContact(result.contact) })
      case 'notFound':
        return reply.code(404).send({ status: 'not_found', message: 'No record found.' })
      case 'timeout':
        return reply.code(504).send(errorBody('The CRM did not answer in time.'))
      case 'throttled': {
        return reply
          .code(503)
          .header('retry-after', retryAfterSeconds(result.retryAfterMs))
          .send(errorBody('The CRM takes no more requests at the moment.'))
      }
      case 'unusable':
        return reply.code(502).send(errorBody('The CRM cannot be reached or answers wrongly.'))
      default:
        return assertNever(result)
    }
  })
}

/** Names and order of the members as published. */
function publishedContact(contact: Contact) {
  const { account } = contact
  return {
    id: contact.id,
    First_Name: contact.firstName,
    Last_Name: contact.lastName,
    Email: contact.email,
    Account_Info:
      account === null
        ? null
        : {
            id: account.id,
            Name: account.name,
            Shipping_Address: publishedAddress(account.shippingAddress),
            Billing_Address: publishedAddress(account.billingAddress),
          },
  }
}

function publishedAddress({ street, city, state, code, country }: Address) {
  return { street, city, state, code, country }
}
