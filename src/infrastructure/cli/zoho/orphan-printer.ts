// Prints what `gateway zoho orphans` finds and deletes, as text or as JSON.
import process from 'node:process'
import type { OrphanEnd } from '../../../application/crm-setup/delete-orphans.ts'
import type { Stray } from '../../../application/crm-setup/find-orphans.ts'
import type { CreateStep } from '../../../domain/sale/steps.ts'
import { printLine } from '../terminal/command-config.ts'
import { printFolded } from '../terminal/folded.ts'
import { SHORT_ID_CHARS } from '../terminal/named-sale.ts'
import { clearProgress } from '../terminal/progress.ts'

/** Letters of a UUID, with which each reference begins. */
const SALE_ID_CHARS = 36

/** Letters of the first column, where a line that is too long goes on. */
const REASON_INDENT = 9

export type Printer = {
  found(stray: Stray): void
  ended(orphan: Stray, end: OrphanEnd): void
  /** Ends the output. Nothing is printed after it. */
  end(): void
}

type Line = Omit<Stray, 'kind'> & { readonly kind: string; readonly reason?: string }

export function orphanPrinter(
  modules: Readonly<Record<CreateStep, string>>,
  isJson: boolean,
): Printer {
  const { print, end } = isJson ? jsonLines(modules) : textLines(modules)
  return {
    found: print,
    ended({ step, id, reference, saleId }, ending) {
      const { type: kind } = ending
      const reason = ending.type === 'kept' ? { reason: ending.reason } : {}
      print({ kind, step, id, reference, saleId, ...reason })
    },
    end,
  }
}

type Lines = { print(line: Line): void; end(): void }

function textLines(modules: Readonly<Record<CreateStep, string>>): Lines {
  return {
    print({ kind, step, id, reference, reason }) {
      // On a terminal with the end of the id of its sale, which commands take in the place of the whole.
      const place = process.stdout.isTTY
        ? reference.slice(SALE_ID_CHARS - SHORT_ID_CHARS)
        : reference
      const columns = [kind.padEnd(7), modules[step].padEnd(12), id.padEnd(19), place]
      const line = `${columns.join('  ')}${reason === undefined ? '' : `  ${reason}`}`
      printFolded(line, REASON_INDENT)
    },
    end: () => undefined,
  }
}

/** One JSON array, one element a line. */
function jsonLines(modules: Readonly<Record<CreateStep, string>>): Lines {
  let count = 0
  return {
    print({ kind, step, id, reference, saleId, reason }) {
      clearProgress()
      process.stdout.write(count === 0 ? '[\n' : ',\n')
      const element = { kind, module: modules[step], id, reference, saleId, reason }
      process.stdout.write(JSON.stringify(element))
      count += 1
    },
    end: () => printLine(count === 0 ? '[]' : '\n]'),
  }
}
