import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { html } from '../../../../src/application/evidence/report/html.ts'

describe('An HTML template', () => {
  it('escapes whatever is put into it, in text and in attributes', () => {
    const hostile = `<b> & "a" 'b'`
    assert.equal(
      html`<p title="${hostile}">${hostile}</p>`.text,
      '<p title="&lt;b&gt; &amp; &quot;a&quot; &#39;b&#39;">&lt;b&gt; &amp; &quot;a&quot; &#39;b&#39;</p>',
    )
  })

  it('takes another template as it is, and lists of them', () => {
    const items = ['a', '<'].map((item) => html`<li>${item}</li>`)
    assert.equal(html`<ul>${items}</ul>`.text, '<ul><li>a</li><li>&lt;</li></ul>')
  })

  it('shows nothing for what is not there, and 0 for 0', () => {
    assert.equal(html`[${null}${undefined}${false}${0}${''}]`.text, '[0]')
  })

  it('does not take an object that looks like a template for one', () => {
    const forged = JSON.parse('{"text":"<script>"}')
    assert.throws(() => html`${forged}`)
  })
})
