// Reads what somebody gave in the fields of a form.

import { formQuery } from '../frame/urls.ts'
import type { FilterProblems } from '../texts/texts.ts'

/** A field that cannot be used, and why. */
export type FieldProblem = {
  readonly name: string
  readonly why: (texts: FilterProblems) => string
}

/** The fields of an address: what was given, and what of it cannot be used. */
export type Form<Name extends string> = {
  /** The text of each field; one that was left empty is not in it. */
  readonly given: Readonly<Partial<Record<Name, string>>>
  readonly problems: readonly FieldProblem[]
  /** The value of a field; `undefined` where it is empty or cannot be used. */
  read<Value>(
    name: Name,
    parse: (text: string) => Value | undefined,
    why: FieldProblem['why'],
  ): Value | undefined
  /** Notes that a field cannot be used beside the others. */
  refuse(name: Name, why: FieldProblem['why']): void
}

export function readForm<Name extends string>(url: string): Form<Name> {
  const parameters = formQuery(url)
  const given: Partial<Record<Name, string>> = {}
  const problems: FieldProblem[] = []
  return {
    given,
    problems,
    refuse: (name, why) => void problems.push({ name, why }),
    read(name, parse, why) {
      const values = parameters.getAll(name).map((value) => value.trim())
      const [value = ''] = values
      if (value === '') return undefined
      given[name] = value
      const parsed = values.length === 1 ? parse(value) : undefined
      if (parsed === undefined) {
        problems.push({ name, why: values.length === 1 ? why : ({ once }) => once })
      }
      return parsed
    },
  }
}
