import { quote, say, term } from '../../../../../application/words/sentence.ts'
import type { CheckpointTexts } from './checkpoint-texts.ts'

/** The texts of the page of the checkpoints in Turkish. */
export const CHECKPOINTS_TR: CheckpointTexts = {
  title: 'Kontrol noktaları',
  lead: say`Her ${term('checkpoint', 'kontrol noktası')}, denetim kaydında kaç olay olduğunu ve ${term('tree-root', 'ağaç kökünü')} bildiren imzalı bir belgedir. Dışarıda saklanan bir kontrol noktası, kapsadığı hiçbir olayın o zamandan beri değiştirilmediğini ve silinmediğini gösterir.`,
  one: (number) => `Kontrol noktası ${number}`,
  key: {
    title: 'Bu denetim kaydının anahtarı',
    fingerprint: say`${term('fingerprint', 'Parmak izi')}`,
    vkey: 'Açık anahtar, tek satır olarak',
    why: say`Parmak izini bir kez, ağ geçidini işleten kişinin size başka bir yoldan, örneğin telefonla söylediğiyle karşılaştırın: bu sayfaları başka bir anahtarı olan biri de hazırlayabilir. İşleten kişi parmak izini her açılışta ve aşağıdaki komutla görür. Sonra açık anahtarı kendi belgelerinizin yanında saklayın.`,
  },
  newest: {
    title: 'Dışarıda saklanacak olan',
    why: 'Bu satırı kendi belgelerinize kopyalayın. Aşağıdaki listede daha sonra da aynı numaranın yanında aynı olay sayısı ve aynı kök görünmelidir.',
    line: 'En yeni kontrol noktası, tek satır olarak',
    note: 'Belgenin tamamı, aşağıdaki komutlar için dosya olarak kaydedin',
    none: 'Henüz bir kontrol noktası yok.',
  },
  compare: {
    title: 'Neyle, nasıl karşılaştırılır',
    ways: (vkey) => [
      [
        say`Daha önce sakladığınız satırla: numarasını aşağıda bulun. Olay sayısı ve kök aynı olmalı, durumu da geçerli olmalıdır.`,
      ],
      [
        say`Ağ geçidini işleten kişiyle: bu komut, ağ geçidinin çalıştığı makinede açık anahtarı ve parmak izini yazar.`,
        'gateway audit key',
      ],
      [
        say`Günlük e-postayla ya da dosya olarak kaydettiğiniz belgeyle: bu komut denetim kaydının tamamına bakar ve sonunda ${quote('“nothing is wrong”')} der.`,
        `gateway audit verify --anchor FILE --key ${vkey}`,
      ],
      [
        say`Bir ${term('witness', 'tanıkla')}: bunu her gün, ağ geçidini işletenlerin erişemediği bir makinede çalıştırın. ${quote('“The log only grew”')} der ya da hata verir. ${quote('GATEWAY_API_KEY')} değişkeninde bir denetçi anahtarı bulunur.`,
        `gateway audit witness --url URL --state FILE --key ${vkey}`,
      ],
      [
        say`Birinin aldığı bir ${term('bundle', 'kanıt paketiyle')}, herhangi bir makinede, ağ geçidi olmadan.`,
        `node verify.mjs DIR --key ${vkey}`,
      ],
    ],
    otherwise:
      'Bir fark görürseniz ikisini de saklayın, hiçbir şeyi değiştirmeyin ve sorun. Kabul edilen bir kayıptan sonra artık geçerli olmayan kontrol noktaları kalır; her kabul bir olaydır.',
    losses: 'Kabul edilen kayıplar',
  },
  list: 'Tüm kontrol noktaları',
  form: 'Kontrol noktalarını filtrele',
  none: 'Ölçütlere uyan kontrol noktası yok.',
  columns: {
    number: 'No',
    time: 'İmzalandı',
    size: 'Olay sayısı',
    root: 'Ağaç kökü',
    signer: 'İmzalayan',
    standing: 'Bugün',
  },
  standings: {
    holds: 'Geçerli',
    otherKey: 'Başka anahtar',
    otherLog: 'Başka kayıt',
    unreadable: 'Okunamıyor',
  },
  unreadable: 'okunamıyor',
}
