// Answers an error on the auditor's pages: a program in the published shape, a person with a page.

import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { errorCode } from '../../../../application/base/errors.ts'
import { type Html, html } from '../../../../application/evidence/report/html.ts'
import { ScopeMissing } from '../../request/auth.ts'
import { headOfRefusal, refusalOfError, sendRefusal } from '../../request/errors.ts'
import { messagePage } from '../frame/layout.ts'
import { signInUrl } from '../frame/page-address.ts'
import { type PageReader, readerOf } from '../frame/reader.ts'
import { PageRefusal } from '../frame/refusal.ts'
import { sendPage, wantsHtml } from '../frame/send-page.ts'
import { english } from '../frame/shown.ts'

export const NO_SUCH_SALE = 'No such sale.'

/** For programs only: a browser would ask with a dialogue of its own, and keep the key until it is closed. */
const ASK_FOR_KEY = 'Basic realm="PLG sales gateway audit", charset="UTF-8"'

export function sendAuditError(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  // This error goes to the server's own handler, which stops the process.
  if (errorCode(error) === 'lost') throw error
  const refusal = refusalOfError(error, request)
  if (!wantsHtml(request)) {
    if (refusal.status === 401) reply.header('www-authenticate', ASK_FOR_KEY)
    return sendRefusal(refusal, reply)
  }
  const reader = readerOf(request)
  const signIn = signInUrl(reader.address)
  // Who comes by a link from elsewhere may be signed in: a browser keeps the cookie back until the page
  // itself leads on.
  if (refusal.status === 401) reply.header('refresh', `0; url=${signIn}`)
  const { title, text, toSignIn } = messageOf(error, refusal, reader)
  const link = toSignIn === undefined ? undefined : html`<a href="${signIn}">${toSignIn}</a>`
  return sendPage(headOfRefusal(refusal, reply), reader, messagePage(reader, title, text, link))
}

type Message = {
  readonly title: string
  readonly text: Html | string
  /** The words of the link to the sign-in, where another key may help. */
  readonly toSignIn?: string
}

/** What a person is told of an error. The words of a rare one are English in every language. */
function messageOf(
  error: FastifyError,
  { status, message }: { readonly status: number; readonly message: string },
  reader: PageReader,
): Message {
  const { messages: texts, signIn } = reader.texts
  if (status === 401) return { ...texts.keyNeeded, toSignIn: signIn.title }
  if (error instanceof ScopeMissing) {
    const { id, client, scopes } = error.key
    const text = html`${signIn.belongsTo(id, client)} ${signIn.needs} ${signIn.has} <code lang="en">${scopes.join(', ') || '–'}</code>`
    return { title: texts.keyWithoutScope, text, toSignIn: signIn.withAnother }
  }
  if (error instanceof PageRefusal) return { title: texts.failed, text: error.textFor(reader) }
  if (status === 403) return texts.otherSite
  if (status === 404) {
    const { title, text } = texts.notFound
    return { title, text: message === NO_SUCH_SALE ? texts.noSuchSale : text }
  }
  if (status === 405) return texts.byButton
  const said = english(message, reader)
  if (status !== 429) return { title: texts.failed, text: said }
  const text = html`${said} ${texts.tooMany.text}`
  return { title: texts.tooMany.title, text, toSignIn: signIn.title }
}
