// Reads what somebody gave in the fields of a form.

import type { FilterProblems } from '../texts/texts.ts'

/** A field that cannot be used, and why. */
export type FieldProblem<Name extends string = string> = {
  readonly name: Name
  readonly why: (texts: FilterProblems) => string
}

/** The fields of an address: what was given, and what of it cannot be used. */
export type Form<Name extends string> = {
  /** The text of each field; one that was left empty is not in it. */
  readonly given: Readonly<Partial<Record<Name, string>>>
  readonly problems: readonly FieldProblem<Name>[]
  /** The value of a field; `undefined` where it is empty or cannot be used. */
  read<Value>(
    name: Name,
    parse: (text: string) => Value | undefined,
    why: FieldProblem<Name>['why'],
  ): Value | undefined
}

/** The query of an address as a form sends it: a `+` is a blank there. */
export function formQuery(url: string): URLSearchParams {
  const [, text = ''] = url.split(/\?(.*)/s)
  return new URLSearchParams(text)
}

export function readForm<Name extends string>(url: string): Form<Name> {
  const parameters = formQuery(url)
  const given: Partial<Record<Name, string>> = {}
  const problems: FieldProblem<Name>[] = []
  return {
    given,
    problems,
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

/** The address of a page with these fields. */
export function formUrl(path: string, fields: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams(fields).toString()
  return query === '' ? path : `${path}?${query}`
}
