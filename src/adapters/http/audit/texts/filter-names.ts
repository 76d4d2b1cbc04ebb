/** The parameters that filter the list of sales. `zone` is the zone of `from` and `to`. */
export const FILTER_NAMES = [
  'status',
  'failedStep',
  'client',
  'contactId',
  'from',
  'to',
  'zone',
] as const
export type FilterName = (typeof FILTER_NAMES)[number]

/** Where a page of the list begins or ends. */
export const PLACE_NAMES = ['after', 'before'] as const
export type PlaceName = (typeof PLACE_NAMES)[number]
