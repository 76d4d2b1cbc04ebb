// The texts of the pages in Turkish.
// No suffix is put to an id, a number, a time or a name: its vowel would depend on how that is read aloud.

import { say, term } from '../../../../application/words/sentence.ts'
import { CHECKPOINTS_TR } from './desk/checkpoint-tr.ts'
import { EVENTS_TR, KEYS_TR } from './desk/events-tr.ts'
import { FIND_TR } from './desk/find-tr.ts'
import { GLOSSARY_TR } from './glossary-tr.ts'
import { PERIOD_TR } from './period/period-tr.ts'
import type { Texts } from './texts.ts'

const COVERS = {
  all: '',
  some: ', bütün olayları kapsamıyor',
  none: ', bu satışı kapsamıyor',
} as const
const NEXT = 'sonraki en geç 60 sn içinde imzalanır'

export const TR: Texts = {
  language: 'Türkçe',
  frame: {
    site: 'PLG satış denetimi',
    skip: 'İçeriğe geç',
    navigation: 'Ana menü',
    menu: 'Sayfalar',
    places: { sales: 'Satışlar', events: 'Olaylar', checkpoints: 'Kontrol noktaları' },
    allSales: 'Tüm satışlar',
    glossary: 'Sözlük',
    readOnly: say`Salt okunur. Her sayfa, istendiği anda ${term('log', 'denetim kaydından')} hazırlanır.`,
    times: 'Saat dilimi',
    chooseZone: say`Bütün zamanların ${term('zone', 'saat dilimi')}`,
    yourZone: 'sizin saat diliminiz',
    copy: 'Kopyala',
    copied: 'Kopyalandı',
  },
  messages: {
    notFound: { title: 'Bulunamadı', text: 'Böyle bir sayfa yok.' },
    noSuchSale: 'Böyle bir satış yok.',
    keyNeeded: { title: 'Bir anahtar gerekiyor', text: 'Bu sayfayı görmek için oturum açın.' },
    keyWithoutScope: 'Bu anahtarın yetkisi yok',
    otherSite: {
      title: 'Başka bir site istedi',
      text: 'Bunu sizin adınıza başka bir site istedi ya da tarayıcınız kimin istediğini söylemiyor. Sayfayı burada açın ve düğmesine basın.',
    },
    byButton: {
      title: 'Yalnızca düğmesiyle',
      text: 'Dosya, sayfasındaki düğmeyle alınır; böylece başka bir sitenin bağlantısı bunu sizin adınıza yapamaz.',
    },
    tooMany: {
      title: 'Çok fazla istek',
      text:
        'Bir dakika bekleyip yeniden oturum açın. Adresinde bir anahtar verilmiş olan tarayıcı onu vermeyi ' +
        'sürdürür: tarayıcıyı kapatın.',
    },
    failed: 'İşlem yapılamadı',
  },
  signIn: {
    title: 'Oturum aç',
    lead: 'audit:read yetkisi olan bir API anahtarıyla. Anahtarı ağ geçidini işleten kişi oluşturur.',
    key: 'API anahtarı',
    wrongKey: 'Bu anahtar geçerli değil: bilinmiyor, süresi dolmuş ya da iptal edilmiş.',
    lasts: 'Oturum bir saat ya da ağ geçidi yeniden başlayana kadar açık kalır.',
    signedOut: 'Oturumunuz kapatıldı.',
    browserHasKey:
      'Bu tarayıcı her istekte kendiliğinden bir anahtar veriyor (HTTP Basic). Bu oturum ancak tarayıcı kapatılınca sona erer.',
    signOut: 'Oturumu kapat',
    signedInWith: (keyId, client) => `Oturumu açan anahtar: ${keyId}, istemci: ${client}`,
    belongsTo: (keyId, client) => `Anahtar: ${keyId}, istemci: ${client}.`,
    needs: 'Bu sayfalar için audit:read yetkisi gerekir.',
    has: 'Anahtarın yetkileri:',
    withAnother: 'Başka bir anahtarla oturum aç',
  },
  list: {
    title: 'Satışlar',
    csv: 'Bu listeyi CSV olarak indir',
    caption: 'Satışlar, en yenisi başta',
    none: 'Ölçütlere uyan satış yok.',
    toNewest: 'En yenilere git',
    pages: 'Sayfalar',
    newest: 'En yeniler',
    newer: 'Daha yeniler',
    older: 'Daha eskiler',
    oldest: 'En eskiler',
    place: (first, last, all) => `${first}–${last} (toplam ${all})`,
    sinceLook: (at) => say`Son bakışınızdan beri: ${at}`,
    sale: 'Satış',
    columns: {
      status: 'Durum',
      sale: 'Satış',
      requested: 'İstendi',
      took: 'Süre',
      client: 'İstemci',
      contact: 'İlgili kişi',
      amount: 'Tutar',
      failure: 'Başarısız olan',
    },
  },
  totals: {
    title: 'Toplamlar',
    all: 'Hepsi',
    sales: (_, text) => `${text} satış`,
    notSummed: (text) => `${text} satış toplamda yok`,
    whyNotSummed:
      'Toplamda olmayanlar: hiç fiyatlanmamış satışlar ve 15 basamaktan uzun tutarlar. Hiçbir tutar yuvarlanmaz.',
  },
  period: PERIOD_TR,
  sheet: {
    buttons: {
      comma: 'Hesap tablosu için, virgülle',
      semicolon: 'Hesap tablosu için, noktalı virgülle',
    },
    columns: {
      sale: 'Satış',
      status: 'Durum',
      requested: 'İstendi',
      ended: 'Bitti',
      seconds: 'Süre (saniye)',
      client: 'İstemci',
      contact: 'İlgili kişi no',
      deal: 'Fırsat no',
      quote: 'Teklif no',
      salesOrder: 'Satış siparişi no',
      amount: 'Tutar',
      currency: 'Para birimi',
      failedStep: 'Başarısız adım',
      reason: 'Neden başarısız oldu',
      position: 'Konum',
      sequence: 'Satışın kaçıncı olayı',
      at: 'Zaman',
      type: 'Tür',
      what: 'Ne oldu',
      who: 'Kim',
      data: 'Veri (JSON)',
    },
    tooLong: 'Bir hücreye sığmıyor: programlar için olan CSV dosyasına bakın.',
  },
  filters: {
    summary: 'Filtrele',
    form: 'Satışları filtrele',
    labels: {
      status: 'Durum',
      failedStep: 'Başarısız adım',
      client: 'İstemci',
      contactId: 'İlgili kişi no',
      from: 'Başlangıç',
      to: 'Şundan önce',
      zone: 'Saat dilimi',
      after: 'Sayfa',
      before: 'Sayfa',
    },
    inZone: (label, zone) => `${label} (${zone})`,
    any: 'Hepsi',
    show: 'Göster',
    clear: 'Temizle',
    unusable: 'Bu filtre kullanılamıyor.',
    problems: {
      once: 'yalnızca bir kez verilmeli',
      oneOf: () => 'listeden seçilmeli',
      tooLong: (max) => `en çok ${max} karakter olmalı`,
      contactId: '1–20 rakamdan oluşmalı',
      time: '2026-11-24 ya da 2026-11-24 10:00 gibi bir gün ya da zaman, ya da listedeki bir zaman olmalı',
      zone: 'Europe/Istanbul gibi bir saat dilimi adı olmalı',
      place: 'başka bir sayfaya giden bir bağlantıdan alınmalı',
      onePlace: 'after ile birlikte verilemez',
      order: 'başlangıçtan sonra olmalı',
      tooFar: (months) => `başlangıçtan en çok ${months} ay sonra olmalı`,
    },
  },
  sale: {
    title: (saleId) => `Satış ${saleId}`,
    heading: 'Satış',
    whatHappened: 'Ne oldu',
    bundle: 'Kanıt paketi',
    eventsCsv: 'Olayların CSV dosyası',
    print: 'Yazdır',
    sections: {
      facts: say`Bilgiler`,
      timeline: say`Zaman çizelgesi`,
      products: say`${term('line', 'Ürünler')}`,
      mails: say`BT birimine giden e-postalar`,
      events: say`${term('event', 'Olaylar')}`,
    },
    jsonSummary: 'Programların okuduğu biçimiyle satış',
    jsonLabel: 'JSON olarak satış',
    asOf: (at) => say`${term('log', 'Denetim kaydından')} okunma zamanı: ${at}.`,
    loadAgain: 'Yeniden yükle',
    facts: {
      requested: 'İstendi',
      ended: 'Bitti',
      notYet: 'henüz bitmedi',
      runningFor: 'Geçen süre',
      took: 'Süre',
      amount: 'Tutar',
      notPriced: 'fiyatlandırılmadı',
      contact: say`${term('contact', 'İlgili kişi')}`,
      idempotencyKey: say`${term('idempotency-key', 'Idempotency-Key')}`,
      given: 'verildi',
      notGiven: 'verilmedi',
      notKnown: 'bilinmiyor',
    },
    mails: {
      none: 'Yok: bildirilecek bir şey olmadı.',
      waits: (title, since, attempts) =>
        say`${title}: ${term('outbox', 'giden kutusunda')} bekliyor, bekleme başlangıcı ${since}, ${attempts} başarısız deneme`,
      sent: (title, handedOver, at) => say`${title}: e-posta ${handedOver} (${at})`,
      messageId: (id) => `Message-ID ${id}`,
    },
    event: {
      position: (position) => say`${term('position', 'sıra no')} ${position}`,
      asStored: (sequence) => `Olay ${sequence}, kaydedildiği biçimiyle`,
      asJson: (sequence) => `Olay ${sequence}, JSON olarak`,
    },
  },
  lanes: {
    caption: 'CRM’de ne oluşturuldu, ne silindi ve ne kadar sürdü',
    drawing: 'Çizim',
    record: 'Kayıt',
    created: 'Oluşturuldu',
    deleted: 'Silindi',
    reading: 'İlgili kişi, ürünler',
    notRead: 'okunmadı',
    readIn: (duration) => `${duration} içinde okundu`,
    notKnown: 'bilinmiyor',
    beingCreated: 'oluşturuluyor',
    notCreated: 'oluşturulmadı',
    notReached: 'sıra gelmedi',
    onceMore: (record) => `${record}, ikinci kez`,
    foundAt: (since) => `${since} anında bulundu`,
    took: (since, duration) => `${since}, süre ${duration}`,
    stillThere: 'hâlâ CRM’de',
    failedAt: (since) => `başarısız ${since}`,
    stoppedAt: (since) => `yarıda kaldı ${since}`,
    legend: {
      create: 'oluşturma',
      there: 'CRM’de',
      delete: 'silme',
      unknown: 'yanıtsız',
      failed: 'başarısız',
      note: 'Uzun beklemeler olduğundan kısa çizilir.',
    },
  },
  verified: {
    notAsSigned: 'İmzalandığı gibi değil:',
    unsigned: say`Henüz doğrulanmadı: imzalı bir ${term('checkpoint', 'kontrol noktası')} yok.`,
    allNewer: (events, { number, at }) =>
      say`Henüz doğrulanmadı: ${events} olayın tümü ${number} numaralı ${term('checkpoint', 'kontrol noktasından')} (${at}) daha yeni (${NEXT}).`,
    whole: (events, newer, { number, at, size }) => {
      const which = newer === 0 ? `${events} olayın tümü` : `ilk ${events - newer} olay`
      const more =
        newer === 0 ? '' : ` Son ${newer} olay bu kontrol noktasından daha yeni (${NEXT}).`
      return say`Doğrulandı: ${which}, ${size} olayı kapsayan ${number} numaralı imzalı ${term('checkpoint', 'kontrol noktasında')} (${at}).${more}`
    },
    printed: {
      wrong: 'İmzalandığı gibi değil',
      unsigned: 'İmzalı kontrol noktası yok',
      checkpoint: (covers, { number, at }) =>
        say`Kontrol noktası ${number} (${at})${COVERS[covers]}`,
    },
  },
  find: FIND_TR,
  events: EVENTS_TR,
  keys: KEYS_TR,
  checkpoints: CHECKPOINTS_TR,
  glossary: {
    title: 'Sözlük',
    lead: 'Bu sayfalarda geçen terimler, bir satışın karşılaştığı sırayla.',
    terms: GLOSSARY_TR,
  },
}
