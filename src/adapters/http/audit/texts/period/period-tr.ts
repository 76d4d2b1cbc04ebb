import type { PeriodTexts } from './period-texts.ts'

/** The texts of the page of a period in Turkish. */
export const PERIOD_TR: PeriodTexts = {
  presets: {
    today: 'Bugün',
    thisMonth: 'Bu ay',
    lastMonth: 'Geçen ay',
    thisYear: 'Bu yıl',
  },
  title: 'Dönem',
  lead: (zone) => `Satışlar, istendikleri zamana göre; ilk zaman dahil, ikincisi hariç (${zone}).`,
  form: 'Dönem seç',
  show: 'Göster',
  chart: {
    title: { day: 'Güne göre satışlar', month: 'Aya göre satışlar' },
    drawing: (most) => `Altındaki tablonun çizimi: en çok ${most} satış`,
  },
  columns: {
    day: 'Gün',
    month: 'Ay',
    client: 'İstemci',
    all: 'Hepsi',
    amount: 'Tamamlananların tutarı',
  },
  byDay: { day: 'Güne ve sonuca göre', month: 'Aya ve sonuca göre' },
  byClient: 'İstemciye ve sonuca göre',
  moreClients: (shown, all) => `En çok satışı olan ${shown} istemci (toplam ${all}).`,
  failed: 'Başarısız olanlar',
  failedCaption: 'Başarısız olan satışlar, en yenisi başta',
  noneFailed: 'Başarısız olan satış yok.',
  moreFailed: (shown, all) => `En yeni ${shown} satış (toplam ${all}). Hepsi:`,
  none: 'Bu dönemde istenen satış yok.',
  take: 'İndirilecekler',
  bundle: 'Dönemin kanıt paketi',
  bundleWords:
    'Kanıt paketi, bu dönemde kaydedilen bütün olayları imzalı olarak ve onları denetleyen bir programla birlikte verir.',
  salesCsv: 'Satışların CSV dosyası',
  eventsCsv: 'Olayların CSV dosyası',
  noEvent: 'Bu dönemde olay yok.',
  tooManyEvents: (events, max) =>
    `Bu dönemde ${events} olay var; tarayıcıyla en çok ${max} olay alınabilir. Daha kısa bir dönem seçin ya da paketi bir yetkiliden isteyin: gateway audit export --from --to.`,
}
