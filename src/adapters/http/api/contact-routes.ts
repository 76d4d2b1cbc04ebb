// The route GET /getContact.

import type { FastifyPluginAsync, FastifyRequest, preValidationHookHandler } from 'fastify'
import type { GetContact } from '../../../application/crm/get-contact.ts'
import { assertNever } from '../../../domain/assert-never.ts'
import { type Address, type Contact, isEmailAddress } from '../../../domain/contact.ts'
import { errorBody, retryAfterSeconds } from '../request/errors.ts'

type Options = { readonly getContact: GetContact }

/** The published contact look-up. The address is in the query, so it is in no log line. */
export const contactRoutes: FastifyPluginAsync<Options> = async (app, { getContact }) => {
  const config = { access: ['contacts:read'], query: ['email'] } as const
  // Before the parameters are looked at that nobody knows: the published answer comes first.
  const preValidation: preValidationHookHandler = (request, reply, done) => {
    if (emailOf(request) !== undefined) return done()
    reply.code(400).send(errorBody('Invalid or missing email format.'))
  }
  app.get('/getContact', { config, preValidation }, async (request, reply) => {
    const result = await getContact(emailOf(request) ?? '')
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
        request.turnedAway = 'crm'
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

/** The address that was asked for; `undefined` where it is malformed, missing or there twice. */
function emailOf(request: FastifyRequest): string | undefined {
  const { email } = request.query as { readonly email?: string | readonly string[] }
  return typeof email === 'string' && isEmailAddress(email) ? email : undefined
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
