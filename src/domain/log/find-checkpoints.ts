/** A checkpoint from its origin to its last signature. */
const NOTE = /^\S+\/sales-log\n\d+\n[^\n]+\n(?:[^\n]+\n)*\n(?:\u2014 [^\n]+\n)+/gm

/** The checkpoints in a text such as a kept mail, in which other words stand around them. */
export function findCheckpoints(text: string): readonly string[] {
  const lines = `${text.replaceAll('\r\n', '\n')}\n`
  return [...lines.matchAll(NOTE)].map(([note]) => note)
}
