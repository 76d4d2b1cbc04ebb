// Long lines on a terminal: they go on in the next line, under the column where they belong.
import process from 'node:process'
import { printLine } from './command-config.ts'
import { clearProgress } from './progress.ts'

/** Letters that a folded line has room for at least, however narrow the terminal is. */
const ROOM_MIN = 16

/**
 * Prints a line to stdout. On a terminal it is folded at spaces, and what follows is indented by so many
 * letters. A word is never cut, so that a key can be copied. Elsewhere a line stays one, for programs.
 */
export function printFolded(line: string, indent: number): void {
  const width = process.stdout.isTTY ? process.stdout.columns : Number.POSITIVE_INFINITY
  clearProgress()
  for (const part of foldedLine(line, indent, width)) printLine(part)
}

/** @param width letters of the terminal */
export function foldedLine(line: string, indent: number, width: number): readonly string[] {
  const room = Math.max(width, indent + ROOM_MIN)
  if (line.length <= room) return [line]
  const before = line.lastIndexOf(' ', room)
  // Spaces before the indent are those between its columns.
  const space = before > indent ? before : line.indexOf(' ', indent + 1)
  if (space <= indent) return [line]
  const rest = `${' '.repeat(indent)}${line.slice(space).trimStart()}`
  return [line.slice(0, space).trimEnd(), ...foldedLine(rest, indent, width)]
}
