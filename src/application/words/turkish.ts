// The words of the log in Turkish.
// No suffix is put to an id, a number, a time or a name: its vowel would depend on how that is read aloud.

import { amountWords, countOf, handedOverIn, nameIn } from '../log/stored-data.ts'
import type { HandedOver } from '../mail/outbox.port.ts'
import { durationText } from './durations.ts'
import { amountText } from './numbers.ts'
import { quote, type Sentence, say, term, timeIn } from './sentence.ts'
import { TURKISH_REPORT } from './turkish-report.ts'
import type { FailureWords, NamedRecord, Words } from './words.ts'

const STEPS = { deal: 'Anlaşma', quote: 'Teklif', salesOrder: 'Satış Siparişi' } as const

const FAILED_STEPS = {
  ...STEPS,
  contact: 'İlgili kişi',
  products: 'Ürünler',
  deadline: 'Süre sınırı',
  interrupted: 'Yarıda kesildi',
} as const

const MAIL_SUBJECTS = {
  failed: 'Başarısız bir satış',
  stuck: 'Müdahale gerektiren bir geri alma',
  solved: 'Artık müdahale gerektirmeyen bir geri alma',
  unreadable: 'Okunamayan bir denetim kaydı',
  account: 'CRM hesabı',
  checkpoint: 'Bir kontrol noktası',
  loss: 'Kabul edilen bir kayıt kaybı',
  key: 'Süresi dolan bir API anahtarı',
} as const

const MEASURES = {
  units: { ms: 'ms', s: 'sn', min: 'dk', h: 'sa', d: 'gün' },
  decimalPoint: ',',
  thousandsMark: '.',
} as const

const EVENTS: Words['events'] = {
  SaleRequested: ({ contactId, products }) =>
    say`${contactId} numaralı ilgili kişi için ${countOf(products)} kalemlik bir satış istendi`,
  SalePriced: ({ lines, ...priced }) =>
    say`İlgili kişi ve fiyatlar okundu: ${countOf(lines)} kalem, toplam ${amountText(amountWords(priced), MEASURES)}`,
  DealCreated: ({ dealId }) => say`${dealId} numaralı Anlaşma CRM’de yer alıyor`,
  QuoteCreated: ({ quoteId }) => say`${quoteId} numaralı Teklif CRM’de yer alıyor`,
  SalesOrderCreated: ({ salesOrderId }) =>
    say`${salesOrderId} numaralı Satış Siparişi CRM’de yer alıyor`,
  SaleCompleted: () => say`Satış tamamlandı`,
  CreateUnanswered: ({ step, reason }) =>
    say`${nameIn(STEPS, step)} oluşturma isteği ${term('unanswered', 'yanıtsız')} kaldı, kayıt CRM’de olabilir: ${quote(reason)}`,
  RecordNamed: ({ step, id }) =>
    say`CRM, ${id} numaralı ${nameIn(STEPS, step)} kaydının bu satışa ait olduğunu ${term('named', 'bildirdi, ama kaydı göstermedi')}`,
  SaleInterrupted: () => say`Satışı yeni bir süreç ${term('interrupted', 'devraldı')}`,
  OwnerWoke: ({ step }) =>
    say`Durdurulmuş bir ağ geçidi yeniden çalışmaya başladı ve ${nameIn(STEPS, step)} oluşturma isteğini geç göndermiş olabilir: istek ${term('unanswered', 'yanıtsız')} sayılıyor`,
  CompensationRequired: ({ failedStep, reason }) =>
    say`Satışın ${term('rollback', 'geri alınması')} gerekiyor. ${nameIn(FAILED_STEPS, failedStep)}: ${quote(reason)}`,
  ReferenceLookedUp: ({ step, look, found }) =>
    say`CRM’de ${nameIn(STEPS, step)} arandı (${term('look', `${nameIn(LOOKS, look)} arama`)}): ${
      found === 0 ? 'yeni bir kayıt bulunmadı' : `${found} kayıt bulundu`
    }`,
  SalesOrderDeleted: ({ salesOrderId }) => say`${salesOrderId} numaralı Satış Siparişi silindi`,
  QuoteDeleted: ({ quoteId }) => say`${quoteId} numaralı Teklif silindi`,
  DealDeleted: ({ dealId }) => say`${dealId} numaralı Anlaşma silindi`,
  SaleRolledBack: () => say`Satış geri alındı, CRM’de ona ait hiçbir şey kalmadı`,
  SaleSettled: () => say`CRM’de satışın kendi kayıtları dışında bir şey yok`,
  SaleStuck: ({ leftovers }) =>
    say`${term('rollback', 'Geri alma')} sürekli başarısız oluyor, bir yetkilinin müdahalesi gerekiyor: ${term('leftover', `${countOf(leftovers)} kalan kayıt`)}`,
  MailSent: ({ about, saleIds, ...data }) =>
    say`${nameIn(MAIL_SUBJECTS, about)} hakkındaki e-posta${naming(countOf(saleIds))} ${handedOverWords(handedOverIn(data))}`,
  SaleResumeRequested: ({ saleId }) =>
    say`Bir yetkili, ${saleId} numaralı satışın yeniden denenmesini istedi`,
  SaleUnreadable: ({ saleId }) =>
    say`${saleId} numaralı satış denetim kaydından okunamıyor, bir yetkilinin müdahalesi gerekiyor`,
  OrphanDeleted: ({ saleId, step, id }) =>
    say`Bir yetkili, ${saleId} numaralı satıştan CRM’de kalan ${id} numaralı ${nameIn(STEPS, step)} kaydını sildirdi`,
  OrphanDeleteFailed: ({ saleId, step, id, reason }) =>
    say`CRM, ${saleId} numaralı satışa ait ${id} numaralı ${nameIn(STEPS, step)} kaydını silmedi: ${quote(reason)}`,
  CrmAccountShut: ({ reason }) => say`CRM hesabı kullanılamıyor: ${quote(reason)}`,
  CrmAccountReopened: () => say`CRM hesabı yeniden kullanılabiliyor`,
  ApiKeyCreated: ({ keyId, client }) =>
    say`${client} adlı istemci için ${keyId} numaralı anahtar oluşturuldu`,
  ApiKeyRotated: ({ keyId, newKeyId, expiresAt }) =>
    say`${keyId} numaralı anahtarın yerine ${newKeyId} numaralı anahtar geçti; eskisinin son geçerlilik zamanı ${timeIn(expiresAt)}`,
  ApiKeyRevoked: ({ keyId }) => say`${keyId} numaralı anahtar iptal edildi`,
  AuditorLooked: ({ what, day }) => say`${day} gününün (UTC) ilk bakışı: ${what}`,
  SignInsFailed: ({ count, minute }) =>
    say`Bir dakika içinde geçerli anahtarı olmayan ${count} istek geldi; dakikanın başı ${timeIn(minute)}`,
  ClockJumped: ({ byMs, jumps }) => say`Ağ geçidinin saati ${jumpWords(Number(byMs), jumps)}`,
  LogLossAccepted: ({ reason }) =>
    say`Denetim kaydı, bir kayıptan sonra olduğu gibi kabul edildi: ${quote(reason)}`,
  LogMoved: ({ to, size }) =>
    say`Denetim kaydı ${Number(size)} olaydan sonra taşındı ve başka bir veritabanında sürüyor: ${quote(to)}`,
  LogArrived: ({ from, size }) =>
    say`Denetim kaydı ${Number(size)} olayla buraya geldi ve burada sürüyor. Önceki veritabanı: ${quote(from)}`,
  AuditExported: (data) =>
    data.what === 'sale'
      ? say`${data.saleId} numaralı satışın ${term('bundle', 'kanıtı')} dışa aktarıldı`
      : say`${timeIn(data.from)} ile ${timeIn(data.to)} arasının ${term('bundle', 'kanıtı')} dışa aktarıldı`,
}

const LOOKS = { first: 'ilk', second: 'ikinci' } as const

const WHY: Readonly<Record<FailureWords['step'], string>> = {
  contact: 'ilgili kişi kullanılamadı',
  products: 'ürünler satılamadı',
  deal: 'CRM, Anlaşmayı reddetti',
  quote: 'CRM, Teklifi reddetti',
  salesOrder: 'CRM, Satış Siparişini reddetti',
  deadline: 'satış süresinde tamamlanmadı',
  interrupted: 'ağ geçidi satışın ortasında durdu ve isteği gönderen yeniden soramazdı',
}

const PERSON_NEEDED = 'bir yetkilinin müdahalesi gerekiyor, ağ geçidi denemeyi sürdürüyor'

/** What IT was told, of each kind of mail that names a sale. */
const TOLD: Readonly<Record<string, string>> = {
  stuck: 'bir yetkilinin müdahalesinin gerektiği bildirildi',
  solved: 'artık müdahale gerekmediği bildirildi',
  unreadable: 'satışın denetim kaydının okunamadığı bildirildi',
}

/** The same before the name of the mail. */
const TELLING: Readonly<Record<string, string>> = {
  stuck: 'bir yetkilinin müdahalesinin gerektiğini bildiren',
  solved: 'artık müdahale gerekmediğini bildiren',
  unreadable: 'satışın denetim kaydının okunamadığını bildiren',
}

const STORY: Words['story'] = {
  headlines: {
    in_progress: 'Sürüyor.',
    completed: 'Tamamlandı.',
    rolling_back: 'Geri alınıyor.',
    rolled_back: 'Geri alındı.',
    stuck: 'Takıldı: bir yetkilinin müdahalesi gerekiyor.',
  },
  reading: say`İlgili kişi ve ürünler okunuyor.`,
  creating: (step) => say`${STEPS[step]} oluşturuluyor.`,
  takenUpAgain: say`Yeniden başlatmanın ardından satışa devam edildi.`,
  created: (records) => say`${named(records)} oluşturuldu.`,
  createdIn: (records, duration) => say`${named(records)} ${duration} içinde oluşturuldu.`,
  beside: (records, isStuck) =>
    say`Bunların yanında ${named(records)} hâlâ CRM’de ve ${
      isStuck ? `silinemiyor: ${PERSON_NEEDED}` : 'silinmesi gerekiyor'
    }.`,
  besideDeleted: (records) => say`Bunların yanında bulunan ${named(records)} silindi.`,
  searchedAgain: (steps, isStuck) =>
    say`${list(steps.map((step) => STEPS[step]))} oluşturma isteği başta yanıtsız kaldı; bu yüzden ${
      isStuck
        ? `CRM’de ikinci bir kaydın aranması gerekiyor, ama arama sürekli başarısız oluyor: ${PERSON_NEEDED}`
        : 'CRM’de ikinci bir kayıt olup olmadığına yeniden bakılıyor'
    }.`,
  woke: (steps) =>
    say`Durdurulmuş bir ağ geçidi yeniden çalışmaya başladı ve ${list(steps.map((step) => STEPS[step]))} oluşturma isteğini geç göndermiş olabilir.`,
  searchedAfterWake: (isStuck) =>
    isStuck
      ? say`Bu yüzden CRM’de ikinci bir kaydın aranması gerekiyor, ama arama sürekli başarısız oluyor: ${PERSON_NEEDED}.`
      : say`Bu yüzden CRM’de ikinci bir kayıt olup olmadığına yeniden bakılıyor.`,
  nothingElse: say`CRM’de başka bir şey kalmadı.`,
  because,
  toBeRolledBack: (failure) => say`Satışın geri alınması gerekiyor. ${because(failure)}`,
  nothingCreated: say`Hiçbir kayıt oluşturulmamıştı.`,
  deleted: (records) => say`${named(records)} silindi.`,
  searched: (looks, found) =>
    say`CRM’de ${looks} kez ${term('look', 'arama')} yapıldı, ${
      found === 0
        ? 'başka bir kayıt bulunmadı'
        : `bu kayıtlardan ${found} tanesi ancak o zaman bulundu`
    }.`,
  nothingLeft: say`CRM’de hiçbir şey kalmadı.`,
  nothingKnownLeft: say`CRM’de kaldığı bilinen bir şey yok.`,
  left: (records, perhaps) => {
    const known = records.length === 0 ? '' : `${named(records)} hâlâ CRM’de`
    const others = perhaps.map(
      ({ step, reference }) => `${reference} başvuru kodlu bir ${STEPS[step]}`,
    )
    if (others.length === 0) return say`${known}.`
    const may = `CRM’de ${list(others)} olabilir.`
    return known === '' ? say`${may}` : say`${known}; ayrıca ${may}`
  },
  whyLeft: ({ step, what, isRecord, reason }) =>
    isRecord
      ? say`${what} numaralı ${STEPS[step]} silinemiyor: “${quote(reason)}”.`
      : say`${what} başvuru kodlu bir ${STEPS[step]} olup olmadığı bilinemiyor: “${quote(reason)}”.`,
  goesOn: say`İşlem kendiliğinden sürüyor.`,
  pleaseRemove: say`Lütfen bunları CRM’de silin ya da silinebilir duruma getirin; ağ geçidi denemeyi sürdürüyor.`,
  noMail: say`Bu konuda bilinen bir e-posta yok.`,
  told: (about, at) => say`BT birimine e-postayla ${TOLD[about] ?? 'haber verildi'} (${at}).`,
  mailHandedOver: (about, handedOver, at) =>
    say`BT birimine ${TELLING[about] ?? 'haber veren'} e-posta ${handedOverWords(handedOver)} (${at}).`,
  mailWaits: (about, attempts) =>
    say`BT birimine ${TELLING[about] ?? 'haber veren'} e-posta henüz kabul edilmedi${
      attempts === 0 ? '' : ` (${attempts} başarısız deneme)`
    }; yeniden deneniyor.`,
}

export const TURKISH: Words = {
  language: 'tr',
  ...MEASURES,
  statuses: {
    in_progress: 'Sürüyor',
    completed: 'Tamamlandı',
    rolling_back: 'Geri alınıyor',
    rolled_back: 'Geri alındı',
    stuck: 'Takıldı',
  },
  steps: STEPS,
  failedSteps: FAILED_STEPS,
  events: EVENTS,
  actors: {
    client: (client, keyId) => `istemci ${client}, anahtar ${keyId}`,
    operator: (name) => `yetkili ${name}`,
    system: (name) => nameIn({ gateway: 'ağ geçidi' }, name),
    members: {
      client: 'İstemci',
      keyId: 'Anahtar',
      requestId: 'İstek no',
      address: 'Adres',
      peer: 'Vekil sunucu',
      userAgent: 'Kullanıcı yazılımı',
      software: 'Yanıtlayan sürüm',
    },
  },
  calls: {
    operations: { create: 'oluşturma', delete: 'silme' },
    outcomes: {
      done: 'yapıldı',
      refused: 'reddedildi',
      unknown: 'sonucu bilinmiyor',
      notSent: 'gönderilmedi',
    },
    earlier: (count) => `bunlardan önce ${count} çağrı daha`,
  },
  mails: {
    titles: {
      failed: 'Satış başarısız oldu',
      stuck: 'Bir yetkilinin müdahalesi gerekiyor',
      solved: 'Artık müdahale gerekmiyor',
      unreadable: 'Satışın denetim kaydı okunamıyor',
    },
    handedOver: handedOverWords,
  },
  story: STORY,
  report: TURKISH_REPORT,
}

/** A mail of version 0.1.0 has no way in the log. */
function handedOverWords(handedOver: HandedOver | null): string {
  if (handedOver === null) return 'bir gönderim sunucusuna ya da bir dosyaya teslim edildi'
  const { way, recipients } = handedOver
  if (way === 'files') return 'bir dosyaya yazıldı, kimseye gönderilmedi'
  return `gönderim sunucusu tarafından ${recipients} alıcı için kabul edildi`
}

function because(failure: FailureWords | null): Sentence {
  return failure === null
    ? say`Nedeni bilinmiyor.`
    : say`Nedeni: ${WHY[failure.step]} (“${quote(failure.message)}”).`
}

function named(records: readonly NamedRecord[]): string {
  return list(
    records.map(
      ({ step, id, isSeen }) =>
        `${id} numaralı ${STEPS[step]}${isSeen ? '' : ' (CRM yalnızca adını verdi)'}`,
    ),
  )
}

function naming(sales: number): string {
  return sales === 0 ? '' : ` (${sales} satış)`
}

function list(items: readonly string[]): string {
  const last = items.at(-1) ?? ''
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} ve ${last}`
}

function jumpWords(ms: number, jumps: unknown): string {
  const length = durationText(Math.abs(ms), MEASURES)
  const words =
    ms < 0
      ? `${length} geri alındı`
      : `${length} ileri gitti; saat ayarlandı ya da makine askıya alınmıştı`
  if (jumps === 1) return words
  return `${jumps} kez atladı; ${ms === 0 ? 'sonunda eski yerine döndü' : `toplamda ${words}`}`
}
