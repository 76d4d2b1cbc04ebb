import { say, term } from '../../../../../application/words/sentence.ts'
import type { FindTexts } from './find-texts.ts'

/** The texts of the search in Turkish. */
export const FIND_TR: FindTexts = {
  title: 'Bul',
  label: 'Bul',
  placeholder: 'Satış, kayıt, istemci … bul',
  found: 'Arama sonucu:',
  nothing: 'Hiçbir şey bulunamadı:',
  tooLong: (max) => `Metin ${max} karakterden uzun, burada böyle bir şey bulunamaz.`,
  groups: {
    saleId: 'Bu numaralı satış',
    endOfSaleId: 'Numarası böyle biten satışlar',
    record: 'CRM’de bu kaydı olan satışlar',
    contact: 'Bu ilgili kişiye yapılan satışlar',
    request: 'Bu istekle istenen satışlar',
    idempotencyKey: 'Bu Idempotency-Key ile istenen satışlar',
  },
  key: 'Bu numaralı API anahtarı',
  clients: 'Adı böyle başlayan istemciler',
  asked: 'Bu isteğin yaptığı başka işler',
  sales: 'Satışlar',
  events: 'Olaylar',
  more: (shown) => `Daha fazlası var: yalnızca en yeni ${shown} tanesi gösteriliyor.`,
  inList: 'Hepsi listede',
  record: {
    there: 'denetim kaydına göre CRM’de',
    named: say`CRM yalnızca ${term('named', 'adını verdi')}, hiç görülmedi`,
    deleted: (at) => say`silindi (${at})`,
    removed: 'bir yetkili sildirdi',
    toEvent: (position) => `Olay ${position}`,
  },
  takes: 'Neler aranabilir',
  examples: [
    [
      say`${term('sale', 'Satış')} numarası: tamamı ya da listede görünen son 8 karakteri`,
      '6ff1a2c4',
    ],
    [
      say`CRM’deki ${term('deal', 'Anlaşma')}, ${term('quote', 'Teklif')} ya da ${term('sales-order', 'Satış Siparişi')} numarası, silinmiş olsa da`,
      '7179597922332300013',
    ],
    [say`${term('contact', 'İlgili kişi')} numarası`, '550428000008877665'],
    [say`${term('request-id', 'İstek numarası')}, yanıttan ya da günlükten`, '0b6f3c1e-77d2'],
    [
      say`${term('idempotency-key', 'Idempotency-Key')}, tamamı, ağ geçidinin onu sakladığı 30 gün boyunca`,
      'A-2026-4711',
    ],
    [say`${term('client', 'İstemci')} adı ya da adın başı`, 'web-shop'],
    [say`${term('key', 'API anahtarının')} herkese açık numarası`, 'f946d21d'],
  ],
}
