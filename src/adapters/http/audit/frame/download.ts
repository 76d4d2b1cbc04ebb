import { type Html, html } from '../../../../application/evidence/report/html.ts'

/** A button that takes a file of ours along. Its route is made by `addDownload`. */
export function download(url: string, label: string): Html {
  return html`<a class="button" href="${url}" download>${label}</a>`
}
