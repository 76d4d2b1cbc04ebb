// The OpenAPI document as a page for a person. It has no script, and loads our own style only.

import { type Html, html } from '../../../application/evidence/report/html.ts'
import { ICON, STYLE } from '../audit/frame/assets.ts'
import { MARK } from '../audit/frame/layout.ts'
import { OPENAPI } from '../openapi/document.ts'
import { COMMON_HEADERS } from '../openapi/responses.ts'
import { callOf, headerRow, type Listed, operationSection } from './operation-section.ts'
import { memberRows, readable, typeWords } from './schema-words.ts'

/** The whole page, the same each time. */
export function docsPage(): string {
  const { info, tags } = OPENAPI
  const listed = allOperations()
  const ofTag = (name: string) => listed.filter(({ operation }) => operation.tags.includes(name))
  const groups = tags.map(
    ({ name, description }) => html`<section><h2>${name}</h2><p class="muted">${description}</p>
${ofTag(name).map(operationSection)}</section>`,
  )
  const links = tags.map(
    ({ name }) =>
      html`<li><p>${name}</p><ul>${ofTag(name).map(
        (one) => html`<li><a href="#${one.operation.operationId}">${callOf(one)}</a></li>`,
      )}</ul></li>`,
  )
  const paragraphs = info.description.split('\n\n').map((text) => html`<p>${text}</p>`)
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>API ${info.version} · ${info.title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="${ICON.url}">
<link rel="stylesheet" href="${STYLE.url}">
</head>
<body class="docs">
<a class="skip" href="#main">Skip to the content</a>
<header class="top">
<a class="brand" href="/docs">${MARK}<span>${info.title}</span></a>
<a class="quiet" href="/openapi.json">openapi.json</a>
</header>
<div class="columns">
<nav aria-label="Calls"><ul>${links}<li><p>Shapes</p><ul><li><a href="#shapes">All shapes</a></li></ul></li></ul></nav>
<main id="main" tabindex="-1">
<h1>API ${info.version}</h1>
<p class="summary">${info.summary}</p>
${paragraphs}
${keySection()}
${everywhereSection()}
${groups}
${shapesSection()}
</main>
</div>
<footer class="foot"><p>Made from <a href="/openapi.json">openapi.json</a>, which is OpenAPI ${OPENAPI.openapi}.</p></footer>
</body>
</html>
`.text
}

function allOperations(): readonly Listed[] {
  return Object.entries(OPENAPI.paths).flatMap(([path, { get, post }]) => [
    ...(get === undefined ? [] : [{ method: 'GET', path, operation: get } as const]),
    ...(post === undefined ? [] : [{ method: 'POST', path, operation: post } as const]),
  ])
}

function keySection(): Html {
  const { name, description } = OPENAPI.components.securitySchemes.apiKey
  return html`<section><h2>The key</h2><p>In the header <code>${name}</code>. ${description}</p></section>`
}

function everywhereSection(): Html {
  const { headers } = OPENAPI.components
  const rows = COMMON_HEADERS.map((name) => {
    return headerRow(name, headers[name] ?? missing(name))
  })
  return html`<section><h2>Headers of any answer</h2><dl class="members">${rows}</dl></section>`
}

function missing(name: string): never {
  throw new Error(`no header ${name}`)
}

function shapesSection(): Html {
  const shapes = Object.entries(OPENAPI.components.schemas).map(([name, found]) => {
    const schema = readable(found)
    const words = schema.description === undefined ? '' : html`<p>${schema.description}</p>`
    const parts = schema.anyOf?.map((one) => memberRows(one) ?? html`<p>${typeWords(one)}</p>`)
    const members = memberRows(schema) ?? parts ?? html`<p>${typeWords(schema)}</p>`
    return html`<section class="shape" id="shape-${name}"><h3>${name}</h3>${words}${members}</section>`
  })
  return html`<section id="shapes"><h2>Shapes</h2>
<p class="muted">The bodies, and the parts that they have in common. A member is there unless it says optional.</p>
${shapes}</section>`
}
