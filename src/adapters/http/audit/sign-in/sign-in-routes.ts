// Signs a person in and out.

import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Authenticate } from '../../../../application/access/authenticate.ts'
import { KEY_WANTED, mayUse, ScopeMissing } from '../../request/auth.ts'
import { addressOf } from '../../request/origin.ts'
import { parameter } from '../../request/query.ts'
import { TurnedAway } from '../../request/turned-away.ts'
import type { Sessions } from '../../sessions/sessions.ts'
import { pageAt } from '../frame/page-address.ts'
import { readerOf } from '../frame/reader.ts'
import { sendPage } from '../frame/send-page.ts'
import { type SignIn, signInPage } from './sign-in-page.ts'

/** Bytes of a form. The address in it came in a header. */
const FORM_BYTES_MAX = 16 * 1024

const FORM = { config: { access: 'public', fromOurPages: true } } as const

export type SignInDeps = { readonly authenticate: Authenticate; readonly sessions: Sessions }

/** What writes or leads somewhere is a form of ours. The page itself anybody may see. */
export function addSignInRoutes(app: FastifyInstance, deps: SignInDeps): void {
  const { authenticate, sessions } = deps
  readForms(app)

  const config = { access: 'public', query: ['to'] } as const
  app.get('/sign-in', { config }, async (request, reply) => {
    const to = pageAt(parameter(request, 'to'))
    // Who came by a link from elsewhere is signed in already: their browser kept the cookie back until here.
    if ((await sessions.keyOf(request)) !== undefined) return reply.redirect(to, 303)
    return sendPage(reply, readerOf(request), pageOf(request, { to }))
  })

  app.post('/sign-in', FORM, async (request, reply) => {
    const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams()
    const to = pageAt(form.get('to') ?? undefined)
    const signIn = await authenticate(form.get('key')?.trim(), addressOf(request))
    if (signIn.type === 'tooMany') throw new TurnedAway('wrongKeys', signIn.retryAfterMs)
    if (signIn.type === 'refused') {
      reply.code(401).header('www-authenticate', KEY_WANTED)
      return sendPage(reply, readerOf(request), pageOf(request, { to, said: 'wrongKey' }))
    }
    const { key } = signIn
    if (!mayUse(key, 'audit:read')) throw new ScopeMissing(key, ['audit:read'])
    return reply.header('set-cookie', sessions.begin(request, key)).redirect(to, 303)
  })

  app.post('/sign-out', FORM, async (request, reply) => {
    reply.header('set-cookie', sessions.end(request))
    return sendPage(reply, readerOf(request), pageOf(request, { to: '/audit', said: 'signedOut' }))
  })
}

function pageOf(request: FastifyRequest, signIn: Omit<SignIn, 'browserHasKey'>): string {
  const browserHasKey = request.headers.authorization !== undefined
  return signInPage({ ...signIn, browserHasKey }, readerOf(request))
}

/** Reads the bodies of forms; those of the buttons for files are empty. */
function readForms(app: FastifyInstance): void {
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: FORM_BYTES_MAX },
    (_request, text: string, done) => done(null, new URLSearchParams(text)),
  )
}
