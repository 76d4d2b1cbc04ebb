// One operation of the API, as a section of the page.

import { type Html, type HtmlValue, html } from '../../../application/evidence/report/html.ts'
import { resolved } from '../openapi/document.ts'
import type { Answer, Content, Header, Operation, Parameter } from '../openapi/document-types.ts'
import { COMMON_HEADERS } from '../openapi/responses.ts'
import { readable, row, typeWords } from './schema-words.ts'

/** The page has these once, in a section of their own. */
const EVERYWHERE: ReadonlySet<string> = new Set(COMMON_HEADERS)

export type Listed = {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly operation: Operation
}

/** Method and path, as a heading or a link shows them. */
export function callOf({ method, path }: Listed): Html {
  return html`<span class="method ${method}">${method}</span> <code>${path}</code>`
}

export function operationSection(listed: Listed): Html {
  const { operation } = listed
  const { operationId, summary, description, parameters = [], requestBody, responses } = operation
  const answers = Object.entries(responses).map(([status, answer]) =>
    answerDetails(status, resolved<Answer>(answer)),
  )
  return html`<section class="operation" id="${operationId}">
<h3><a href="#${operationId}">${callOf(listed)}</a></h3>
<p class="summary">${summary}</p>
<p>${description}</p>
<p class="muted">${keyWords(operation)}</p>
${parameters.length > 0 && html`<h4>Parameters</h4><dl class="members">${parameters.map(parameterRow)}</dl>`}
${requestBody && html`<h4>Body</h4>${contents(requestBody.content)}`}
<h4>Answers</h4>
${answers}
</section>`
}

function keyWords({ security }: Operation): HtmlValue {
  if (security.length === 0) return 'Needs no key.'
  const scopes = security.flatMap(({ apiKey }) => apiKey).filter((scope) => scope !== 'admin')
  const names = scopes.map((scope, i) => html`${i === 0 ? '' : ' or '}<code>${scope}</code>`)
  return html`Needs a key with the scope ${names}.`
}

function parameterRow({ name, in: where, required, schema, description }: Parameter): Html {
  const place = where === 'query' ? '' : ` (${where})`
  const need = html` <span class="muted">${required ? 'required' : 'optional'}${place}</span>`
  return row(
    html`<code>${name}</code>${need}`,
    typeWords({ ...readable(schema), description }),
    description,
  )
}

function answerDetails(status: string, { description, headers, content = {} }: Answer): Html {
  const own = Object.entries(headers).filter(([name]) => !EVERYWHERE.has(name))
  const rows = own.map(([name, header]) => headerRow(name, resolved<Header>(header)))
  return html`<details class="answer-of"><summary><b class="s${status.slice(0, 1)}">${status}</b> ${description}</summary>
${rows.length > 0 && html`<dl class="members">${rows}</dl>`}
${contents(content)}
</details>`
}

/** A header of an answer. */
export function headerRow(name: string, { schema, description }: Header): Html {
  const type = typeWords({ ...readable(schema), description })
  return row(html`<code>${name}</code>`, type, description)
}

function contents(content: Readonly<Record<string, Content>>): readonly Html[] {
  return Object.entries(content).map(([type, { schema, examples = {} }]) => {
    const shown = Object.values(examples).map(
      ({ summary, value }) => html`<p class="muted">${summary}</p><pre>${textOf(value)}</pre>`,
    )
    return html`<p class="muted"><code>${type}</code>: ${typeWords(readable(schema))}</p>${shown}`
  })
}

/** A short value on one line, as the gateway itself writes it. */
function textOf(value: unknown): string {
  const line = JSON.stringify(value)
  return line.length <= LINE_MAX ? line : JSON.stringify(value, null, 2)
}

const LINE_MAX = 100
