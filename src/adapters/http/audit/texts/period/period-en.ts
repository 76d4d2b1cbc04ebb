import type { PeriodTexts } from './period-texts.ts'

/** The texts of the page of a period in English. */
export const PERIOD_EN: PeriodTexts = {
  presets: {
    today: 'Today',
    thisMonth: 'This month',
    lastMonth: 'Last month',
    thisYear: 'This year',
  },
  title: 'Period',
  lead: (zone) =>
    `Sales by the time of their request, from the first time to before the second (${zone}).`,
  form: 'Choose a period',
  show: 'Show',
  chart: {
    title: { day: 'Sales by day', month: 'Sales by month' },
    drawing: (most) => `The drawing of the table below it: up to ${most} sales`,
  },
  columns: {
    day: 'Day',
    month: 'Month',
    client: 'Client',
    all: 'All',
    amount: 'Amount of the completed',
  },
  byDay: { day: 'By day and outcome', month: 'By month and outcome' },
  byClient: 'By client and outcome',
  moreClients: (shown, all) => `${shown} of ${all} clients: those with the most sales.`,
  failed: 'Failed',
  failedCaption: 'Sales that failed, newest first',
  noneFailed: 'No sale failed.',
  moreFailed: (shown, all) => `The newest ${shown} of ${all}. All of them:`,
  none: 'No sale was requested in this period.',
  take: 'Take along',
  bundle: 'Bundle of the period',
  bundleWords:
    'The bundle is evidence: all events of the log in this period, signed, with a program that checks them.',
  salesCsv: 'CSV of the sales',
  eventsCsv: 'CSV of the events',
  noEvent: 'No event is in this period.',
  tooManyEvents: (events, max) =>
    `This period has ${events} events, and a browser takes ${max} at most. Choose a shorter period, or ask an operator for the bundle: gateway audit export --from --to.`,
}
