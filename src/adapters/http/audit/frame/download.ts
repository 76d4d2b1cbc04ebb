import { type Html, html } from '../../../../application/evidence/report/html.ts'

/** A button that takes a file of ours along, by POST: no other site can press it. Its route is made by `addDownload`. */
export function download(url: string, label: string): Html {
  return html`<form method="post" action="${url}"><button type="submit">${label}</button></form>`
}
