import { say, term } from '../../../../../application/words/sentence.ts'
import type { EventsTexts, KeyTexts } from './events-texts.ts'

const NEXT = 'sonraki en geç 60 sn içinde imzalanır'

/** The texts of the events of no sale in Turkish. */
export const EVENTS_TR: EventsTexts = {
  title: 'Satış dışı olaylar',
  lead: say`Kişilerin ve ${term('gateway', 'ağ geçidinin')} yaptığı, hiçbir satışa ait olmayan işler. Bu ${term('event', 'olaylar')} satışlarla aynı ${term('log', 'denetim kaydındadır')} ve onlarla birlikte imzalanır.`,
  groupsLabel: 'Olay grupları',
  groups: {
    all: 'Tümü',
    keys: 'Anahtarlar',
    signIns: 'Başarısız girişler',
    looks: 'İncelemeler',
    exports: 'Dışa aktarmalar',
    resumes: 'Yeniden denemeler',
    losses: 'Kabul edilen kayıplar',
    moves: 'Denetim kaydının taşınmaları',
    account: 'CRM hesabı',
    mails: 'E-postalar',
    unreadable: 'Okunamayan satışlar',
    clock: 'Saat',
    orphans: 'Elle silinen kayıtlar',
  },
  form: 'Olayları filtrele',
  of: 'Kimin, ne hakkında',
  ofs: { key: 'Anahtar, numarasıyla', client: 'İstemci', operator: 'Yetkili' },
  who: 'Numarası ya da adı',
  none: 'Bu sayfada ölçütlere uyan olay yok.',
  goesOn: (lookedAt) => `${lookedAt} olaya bakıldı; önünde ve arkasında başkaları olabilir.`,
  unreadable: 'Bu olay okunamıyor.',
  asStored: (position) => `Olay ${position}, kaydedildiği biçimiyle`,
  checked: (events, { whole, newer }, { number, at, size }) => {
    if (newer === events) {
      return say`Henüz doğrulanmadı: bu sayfadakilerin tümü ${number} numaralı ${term('checkpoint', 'kontrol noktasından')} (${at}) daha yeni (${NEXT}).`
    }
    const more = newer === 0 ? '' : ` Ondan daha yeni: ${newer} (${NEXT}).`
    return say`Doğrulandı: bu sayfadaki ${events} olaydan ${whole} tanesi, ${size} olayı kapsayan ${number} numaralı imzalı ${term('checkpoint', 'kontrol noktasıyla')} (${at}).${more}`
  },
  someWrong: (events) => `İmzalandığı gibi olmayan: ${events}.`,
  marks: {
    whole: 'Doğrulandı:',
    newer: 'Kontrol noktasından daha yeni:',
    wrong: 'İmzalandığı gibi değil:',
  },
  key: (keyId) => `Anahtar ${keyId}`,
  sale: (saleId) => `Satış ${saleId}`,
  signIns: {
    reasons: {
      missing: 'anahtarsız',
      unknown: 'hiç verilmemiş bir anahtarla',
      expired: 'süresi dolmuş bir anahtarla',
      revoked: 'iptal edilmiş bir anahtarla',
    },
    others: 'başka adresler',
  },
  loss: (before, after) =>
    `Denetim kaydı ${after} olayla kabul edildi; ${
      before === undefined
        ? 'hiçbir kontrol noktası kalmamıştı'
        : `en yeni kontrol noktası ${before} olayı kapsıyordu`
    }.`,
  shutUntil: (at, duration) => say`Yeniden açılışı ${at}, kapalı kaldığı süre ${duration}.`,
  stillShut: say`Henüz yeniden açılmadı.`,
  whileShut:
    'O sırada yeni satışlar 503 ile geri çevrildi; böyle bir istek hiçbir kayıtta yoktur. Başlamış satışlar yeniden denendi.',
  eventsThen: 'O zamanın olayları',
  salesThen: 'O zaman istenen satışlar',
  salesMeanwhile: 'O zamandan olayı bulunan satışlar:',
  noSaleMeanwhile: 'Hiçbir satışın o zamandan bir olayı yok.',
  othersMeanwhile: 'Başkaları olabilir: o zamanın bütün olaylarına bakılmadı.',
}

/** The texts of the page of a key in Turkish. */
export const KEYS_TR: KeyTexts = {
  title: (keyId) => `Anahtar ${keyId}`,
  heading: 'API anahtarı',
  state: 'Durum',
  states: { good: 'geçerli', expired: 'süresi dolmuş', revoked: 'iptal edilmiş' },
  client: 'İstemci',
  scopes: 'Yetkiler',
  noScope: 'yok',
  made: 'Verildi',
  madeBy: 'Veren',
  lastUsed: 'Son kullanım',
  neverUsed: 'hiç kullanılmadı',
  expires: 'Geçerlilik sonu',
  never: 'yok',
  until: (at) => say`${at}`,
  rotatedBy: 'Yenisini veren',
  revoked: 'İptal edildi',
  revokedBy: 'İptal eden',
  notInLog: 'denetim kaydında bulunamadı',
  events: 'Bu anahtarın olayları',
  sales: 'İstemcisinin satışları',
  clientEvents: 'İstemcisinin olayları',
  history: 'Verilişi, yenilenişi, iptali',
  noHistory: 'Denetim kaydında onun hakkında bir şey yok.',
  asked: 'Bu anahtarla istenen satışlar',
  noneAsked: 'Onunla hiçbir satış istenmedi.',
  askedCount: (shown, all) =>
    shown === all
      ? `${all} satışın tümü, en yenisi başta.`
      : `${all} satıştan en yeni ${shown} tanesi.`,
  lookedAt: (sales) =>
    `Yalnızca istemcinin bu anahtarın geçerli olduğu zamandaki en yeni ${sales} satışına bakıldı: başkaları olabilir.`,
}
