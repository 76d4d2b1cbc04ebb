// The frame that all pages share.

import { type Html, html } from '../../../../application/evidence/report/html.ts'
import { ICON, SCRIPT, STYLE } from './assets.ts'

/** A whole page around its main part. */
export function page(title: string, main: Html): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${title} · PLG sales audit</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="${ICON.url}">
<link rel="stylesheet" href="${STYLE.url}">
<script src="${SCRIPT.url}" defer></script>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="top">
<nav aria-label="Main"><a class="brand" href="/audit">${MARK}<span>PLG sales audit</span></a></nav>
<button class="quiet" id="zone" type="button" hidden>UTC</button>
</header>
<main id="main" tabindex="-1">
${main}
</main>
<footer class="foot"><p>Read only. Every page is made from the event log when it is asked for.</p></footer>
</body>
</html>
`.text
}

/** Three lanes, as on the page of a sale. */
export const MARK = html`<svg class="mark" width="20" height="20" viewBox="0 0 20 20" aria-hidden="true">
<rect x="1" y="2" width="9" height="4" rx="2"/><rect x="5" y="8" width="10" height="4" rx="2"/><rect x="10" y="14" width="9" height="4" rx="2"/></svg>`

/** A page with one message: an error, or that nothing is there. */
export function messagePage(title: string, message: string): string {
  return page(
    title,
    html`<div class="notice"><h1>${title}</h1><p>${message}</p><p><a href="/audit">All sales</a></p></div>`,
  )
}
