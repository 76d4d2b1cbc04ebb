// Finds checkpoints in a text of another kind, such as a mail that was kept.

/** A checkpoint from its origin to its last signature. */
const NOTE = /^\S+\/sales-log\n\d+\n[^\n]+\n(?:[^\n]+\n)*\n(?:\u2014 [^\n]+\n)+/gm

/** The notes of the checkpoints in a text; other words may stand around them. */
export function findCheckpoints(text: string): readonly string[] {
  const lines = `${text.replaceAll('\r\n', '\n')}\n`
  return [...lines.matchAll(NOTE)].map(([note]) => note)
}
