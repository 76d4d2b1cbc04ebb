/** The parameters that filter the list of sales. `zone` is the zone of `from` and `to`. */
export const FILTER_NAMES = [
  'sale',
  'status',
  'failedStep',
  'client',
  'contactId',
  'from',
  'to',
  'zone',
] as const
export type FilterName = (typeof FILTER_NAMES)[number]
