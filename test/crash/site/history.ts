import assert from 'node:assert/strict'

/** The most lines that `GET /log` gives at once. */
const PAGE_MAX = 1_000

/** One line of the log, as far as it is judged here. */
export type Line = {
  readonly position: number
  readonly saleId: string | null
  readonly sequence: number | null
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
  readonly actor: { readonly requestId?: string }
}

/** The event log as an auditor has read it so far. What was read once has to stay for ever. */
export type History = {
  readonly texts: readonly string[]
  /** Reads the last known page again, which must be the same, and what is new after it. */
  follow(url: string): Promise<void>
  /** Reads everything again. */
  verifyAll(url: string): Promise<void>
  /** Every line, parsed. */
  lines(): readonly Line[]
}

export function makeHistory(key: string): History {
  const texts: string[] = []
  const parsed: Line[] = []

  return {
    texts,
    follow: (url) => readFrom(url, Math.max(0, texts.length - PAGE_MAX)),
    verifyAll: (url) => readFrom(url, 0),
    lines() {
      for (const text of texts.slice(parsed.length)) parsed.push(JSON.parse(text) as Line)
      return parsed
    },
  }

  async function readFrom(url: string, from: number): Promise<void> {
    for (let after = from; ; ) {
      const page = await pageAfter(url, after)
      for (const [index, text] of page.entries()) {
        const known = texts[after + index]
        if (known === undefined) {
          const { position } = JSON.parse(text) as Line
          assert.equal(position, after + index + 1, 'the log has a gap')
          texts.push(text)
        } else {
          assert.equal(text, known, 'a line of the log was changed')
        }
      }
      after += page.length
      if (page.length < PAGE_MAX) {
        assert.ok(
          after >= texts.length,
          `lines ${after + 1} to ${texts.length} of the log are gone`,
        )
        return
      }
    }
  }

  async function pageAfter(url: string, after: number): Promise<readonly string[]> {
    const response = await fetch(`${url}/log?after=${after}&limit=${PAGE_MAX}`, {
      headers: { 'x-api-key': key },
    })
    const text = await response.text()
    assert.equal(response.status, 200, text)
    return text.split('\n').slice(0, -1)
  }
}
