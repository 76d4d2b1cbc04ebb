// What the texts of the page of a period are in each language.

export type PresetName = 'today' | 'thisMonth' | 'lastMonth' | 'thisYear'

export type PeriodTexts = {
  readonly presets: Readonly<Record<PresetName, string>>
  readonly title: string
  readonly lead: (zone: string) => string
  readonly form: string
  readonly show: string
  readonly chart: {
    readonly title: Readonly<Record<'day' | 'month', string>>
    readonly drawing: (most: string) => string
  }
  readonly columns: Readonly<Record<'day' | 'month' | 'client' | 'all' | 'amount', string>>
  readonly byDay: Readonly<Record<'day' | 'month', string>>
  readonly byClient: string
  readonly moreClients: (shown: string, all: string) => string
  readonly failed: string
  readonly failedCaption: string
  readonly noneFailed: string
  readonly moreFailed: (shown: string, all: string) => string
  readonly none: string
  readonly take: string
  readonly bundle: string
  readonly bundleWords: string
  readonly salesCsv: string
  readonly eventsCsv: string
  readonly noEvent: string
  readonly tooManyEvents: (events: string, max: string) => string
}
