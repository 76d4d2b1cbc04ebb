// The frame that all pages share.

import { type Html, html } from '../../../../application/evidence/report/html.ts'
import { ICON, SCRIPT, STYLE } from './assets.ts'
import { placeLinks, placeMenu } from './places.ts'
import type { PageReader } from './reader.ts'
import { searchForm } from './search.ts'
import { GLOSSARY, shown } from './shown.ts'
import { signOut } from './sign-out.ts'
import { languageSwitch, zoneSwitch } from './switches.ts'

/**
 * A whole page around its main part.
 *
 * @param printed what each printed page has in its head, beside the title and the zone
 */
export function page(reader: PageReader, title: string, main: Html, printed?: Html): string {
  const { words, texts } = reader
  const { frame } = texts
  return html`<!doctype html>
<html lang="${words.language}">
<head>
<meta charset="utf-8">
<title>${title} · ${frame.site}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="${ICON.url}">
<link rel="stylesheet" href="${STYLE.url}">
<script src="${SCRIPT.url}" defer></script>
</head>
<body>
<a class="skip" href="#main">${frame.skip}</a>
<header class="top">
<nav aria-label="${frame.navigation}"><a class="brand" href="/audit">${MARK}<span class="name">${frame.site}</span></a>${placeLinks(reader)}</nav>
${searchForm(reader)}
<div class="tools">${placeMenu(reader)}${languageSwitch(reader)}${zoneSwitch(reader)}${signOut(reader)}</div>
</header>
<main id="main" tabindex="-1">
<div class="running"><div><strong>${title}</strong><span>${frame.site}</span><span>${frame.times}: ${reader.zone.name}</span>${printed}</div></div>
${main}
</main>
<footer class="foot"><p>${shown(frame.readOnly, reader)} <a href="${GLOSSARY}">${frame.glossary}</a></p></footer>
</body>
</html>
`.text
}

/** Three lanes, as on the page of a sale. */
export const MARK = html`<svg class="mark" width="20" height="20" viewBox="0 0 20 20" aria-hidden="true">
<rect x="1" y="2" width="9" height="4" rx="2"/><rect x="5" y="8" width="10" height="4" rx="2"/><rect x="10" y="14" width="9" height="4" rx="2"/></svg>`

/** A page with one message: an error, or that nothing is there; and where to go from it. */
export function messagePage(
  reader: PageReader,
  title: string,
  message: Html | string,
  link = html`<a href="/audit">${reader.texts.frame.allSales}</a>`,
): string {
  return page(
    reader,
    title,
    html`<div class="notice"><h1>${title}</h1><p>${message}</p><p>${link}</p></div>`,
  )
}
