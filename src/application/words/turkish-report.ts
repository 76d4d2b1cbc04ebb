// The words of the reports in Turkish.

import type { ReportWords } from './report-words.ts'
import { say } from './sentence.ts'

export const TURKISH_REPORT: ReportWords = {
  saleTitle: (saleId) => `Satış ${saleId}`,
  whoAndWhat: 'Kim, ne istedi',
  products: 'Ürünler ve fiyatlar',
  records: 'CRM kayıtları',
  mails: 'BT birimine bildirilenler',
  timeline: 'Kaydedilen her şey',
  zone: (zone) => `Saat dilimi: ${zone}`,
  timesNote: (zone, atRest) =>
    `Bütün zamanlar hizmetin saatine göredir; saat dilimi: ${zone}. ${
      atRest
        ? 'Satış sonuçlandı: onun için yapılacak bir şey kalmadı.'
        : 'Satış sonuçlanmadı: denetim kaydına yeni olaylar eklenecek.'
    }`,
  facts: {
    sale: 'Satış',
    status: 'Durum',
    requested: 'İstendi',
    ended: 'Bitti',
    notEnded: 'henüz bitmedi',
    contact: 'CRM’deki ilgili kişi',
    idempotencyKey: 'Idempotency-Key',
    given: 'verildi',
    notGiven: 'verilmedi',
    notKnown: 'bilinmiyor',
    whyFailed: 'Başarısızlık nedeni',
    whyStuck: 'Takılma nedeni',
  },
  lines: {
    product: 'Ürün',
    id: 'No',
    quantity: 'Miktar',
    unitPrice: 'Birim fiyat',
    total: 'Toplam',
    sum: 'Kalemlerin kesin toplamı',
    amount: 'Denetim kaydındaki tutar',
    differs:
      'Kalemlerin toplamı tutardan farklı. Satış, denetim kaydındaki tutarla yapıldı: ' +
      'bu tutar, para biriminin ondalık basamaklarına bir kez yuvarlandı.',
    notReadable: 'okunamıyor',
    neverPriced: 'Fiyatlandırılmadı. İstenenler:',
  },
  crm: {
    none: 'Oluşturulduğu bilinen bir kayıt yok.',
    record: 'Kayıt',
    id: 'No',
    created: 'Oluşturulma zamanı',
    onlyNamed: 'CRM yalnızca adını verdi',
    deleted: 'Silindi',
    notDeleted: 'hayır',
  },
  mail: {
    none: 'Bu satışla ilgili şimdiye kadar e-posta gönderilmedi.',
    at: 'Teslim edildi',
    about: 'Konu',
    way: 'E-posta',
    place: 'Denetim kaydındaki yeri',
    notShown: 'gösterilmiyor',
    position: (position) => `sıra no ${position}`,
    withheldNote:
      'E-posta kimliği ve gönderim yolu gösterilmeyen satırlarda tek bir e-posta birden çok satışı bildirmiştir. ' +
      'İlgili olay öteki satışları da adlandırdığı için metni bu pakette yer almaz. Denetim kaydının o sırasında, ' +
      'o zamandan beri değişmemiş bir olay bulunduğunu özet değeri kanıtlar; zamanı ve konusu hizmetin beyanıdır ' +
      've denetim kaydının tamamında görülebilir.',
    subjects: {
      failed: 'satış başarısız oldu',
      stuck: 'bir yetkilinin müdahalesi gerekiyor',
      solved: 'artık müdahale gerekmiyor',
      unreadable: 'satışın denetim kaydı okunamıyor',
      account: 'CRM hesabı',
      checkpoint: 'bir kontrol noktası',
      loss: 'kabul edilen bir kayıt kaybı',
      key: 'süresi dolan bir API anahtarı',
    },
  },
  events: { time: 'Zaman', what: 'Ne oldu', by: 'Kim', position: 'Sıra no' },
  range: {
    title: (from, to) => `Satış denetim kaydı, ${from} – ${to}`,
    verdict: ({ events, first, last, requested, completed, failed, rolledBack, stuck }) =>
      say`${events} olay, sıra no ${first} – ${last}: ${requested} satış istendi, ${completed} satış tamamlandı, ${failed} satış başarısız oldu, ${rolledBack} satış geri alındı, ${stuck} satış için bir yetkilinin müdahalesi gerekti.`,
    whatIsInIt: 'İçindekiler',
    askedFor: 'İstenen aralık',
    askedTimes: (from, to) => say`başlangıç ${from}, bitiş ${to} (bitiş anı dahil değil)`,
    timesFound: 'Bulunan zamanlar',
    noTimes: 'yok',
    foundTimes: (first, last) => say`${first} – ${last}`,
    began: 'Başlayan satışlar',
    note:
      'Bu aralığın ilk olayından son olayına kadar bütün sıra numaraları pakettedir; arada eksik olay olamaz. ' +
      'Saatler zaman zaman ayarlanır: aradaki tek tük olaylar aralık dışında bir zaman taşıyabilir.',
    byType: 'Türlerine göre olaylar',
    type: 'Tür',
    events: 'Olay sayısı',
    notReadable: 'okunamıyor',
    failed: 'Başarısız satışlar',
    none: 'Yok.',
    failedAt: 'Başarısızlık zamanı',
    sale: 'Satış',
    step: 'Adım',
    why: 'Neden',
    became: 'Bu aralıktaki sonucu',
    ends: {
      rolledBack: 'geri alındı, hiçbir şey kalmadı',
      stuck: 'takıldı: bir yetkilinin müdahalesi gerekti',
      goingOn: 'geri alınıyor',
    },
    unlisted: (listed, more) =>
      `${listed} satış listelendi; ${more} satış daha events.csv dosyasında.`,
  },
  proof: {
    title: 'Nasıl doğrulanır',
    lead: say`Bu sayfa yalnızca bir görünümdür; asıl kanıt events.jsonl dosyasıdır. Dosyadaki her olay, hizmetin kontrol noktalarını imzaladığı bir denetim kaydının parçasıdır; proofs/ klasöründeki dosyalar bunu gösterir. Denetim kaydının açık anahtarı, bu paketten değil güvendiğiniz birinden alınmak koşuluyla, hepsi şu komutla doğrulanır:`,
    onward: say`Komut ne ağa ne de hizmete gerek duyar; Node 18 ya da sonrasında ve Deno ile çalışır. Paketi size iletenlere güvenmiyorsanız verify.mjs dosyasını da başka bir yerden edinin; biçim belgelenmiştir, herkes başka bir doğrulayıcı yazabilir.`,
    notShown:
      'Hiçbir denetim kaydının gösteremeyeceği şey: kaydedilenin doğru olduğu ve kaydedilmeden önce bir şeyin dışarıda bırakılmadığı.',
    log: 'Denetim kaydı',
    key: 'Anahtarın parmak izi',
    keyNotKnown: 'bilinmiyor',
    checkpoint: 'Kontrol noktası',
    checkpointIs: (number, size, at) =>
      say`no ${number}, ${size} olayı kapsar, imzalanma zamanı ${at}`,
    taken: 'Denetim kaydından alınışı',
    takenBy: (at, who) => say`${at}, alan: ${who}`,
    software: 'Yazılım',
  },
}
