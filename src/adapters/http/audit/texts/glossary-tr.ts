import type { Term } from '../../../../application/words/terms.ts'
import type { TermTexts } from './texts.ts'

/** The glossary in Turkish. */
export const GLOSSARY_TR: Readonly<Record<Term, TermTexts>> = {
  sale: {
    name: 'Satış',
    text: 'CRM’de birbirine ait üç kayıt: Anlaşma, Teklif ve Satış Siparişi. Bir satışın ya üçü de vardır ya da sonunda hiçbiri yoktur.',
  },
  crm: {
    name: 'CRM',
    text: 'Müşteri sistemi Zoho CRM. Ağ geçidinin parçası değildir; verdiği yanıtlar kendi sözleriyle kaydedilir.',
  },
  gateway: {
    name: 'Ağ geçidi',
    text: 'İstemciler için CRM’de satış oluşturan, başarısız olanı geri alan ve bu sayfaların gösterdiği denetim kaydını tutan hizmet.',
  },
  client: {
    name: 'İstemci',
    text: 'Ağ geçidinden satış isteyen program ya da mağaza. Her istemcinin kendi anahtarları vardır.',
  },
  key: {
    name: 'API anahtarı',
    text: 'İstemcinin ya da denetçinin oturum açtığı gizli anahtar. Denetim kaydı onu yalnızca herkese açık numarasıyla tanır; anahtarın kendisi hiçbir yerde saklanmaz.',
  },
  'request-id': {
    name: 'İstek no',
    text: 'Bir istemcinin tek bir isteğini adlandırır. Yanıtta, denetim kaydında ve ağ geçidinin günlüğünde aynıdır; böylece üçü yan yana konabilir.',
  },
  'idempotency-key': {
    name: 'Idempotency-Key (tekrar anahtarı)',
    text: 'İstemcinin isteğine verdiği ad. Aynı istek 30 gün içinde bu adla yeniden gelirse ikinci bir satış oluşturulmaz: istemciye ilkinin sonucu bildirilir. Denetim kaydı yalnızca verilip verilmediğini tutar.',
  },
  contact: {
    name: 'İlgili kişi',
    text: 'Satışın yapıldığı, CRM’deki kişi. Denetim kaydında yalnızca numarası bulunur; adı ya da adresi hiçbir zaman bulunmaz.',
  },
  line: {
    name: 'Kalem',
    text: 'Satıştaki tek bir ürün; CRM’den okunan miktarı ve birim fiyatıyla birlikte.',
  },
  deal: {
    name: 'Anlaşma',
    text: 'Satışın CRM’deki ilk kaydı: birinin ne kadarlık alım yaptığını gösterir.',
  },
  quote: {
    name: 'Teklif',
    text: 'Satışın CRM’deki ikinci kaydı: ürünler ve teklif edildikleri fiyatlar.',
  },
  'sales-order': {
    name: 'Satış Siparişi',
    text: 'Satışın CRM’deki üçüncü kaydı: siparişin kendisi. Bu kayıt oluştuğunda satış tamamlanmıştır.',
  },
  reference: {
    name: 'Başvuru kodu',
    text: 'Satış numarası ile adımın adı. Satışın her kaydı bu kodu, CRM’in benzersiz tuttuğu bir alanda taşır; böylece kayıt yeniden bulunabilir ve iki kez oluşturulamaz.',
  },
  calls: {
    name: 'Çağrı',
    text: 'Ağ geçidinin CRM’de bir kaydı oluşturan ya da silen tek bir isteği: ne zaman yapıldığı, ne kadar sürdüğü ve CRM’in ne yanıt verdiği. Çağrılar, yol açtıkları olayın yanında durur.',
  },
  completed: {
    name: 'Tamamlandı',
    text: 'Anlaşma, Teklif ve Satış Siparişi CRM’dedir ve bu, istemciye bildirilmiştir. Ağ geçidi tamamlanan bir satışı hiçbir zaman geri almaz.',
  },
  deadline: {
    name: 'Süre sınırı',
    text: 'İstendiği andan başlayarak kendisine tanınan sürede tamamlanmayan satış geri alınır.',
  },
  interrupted: {
    name: 'Yarıda kesilme',
    text: 'Ağ geçidi satışın ortasında yeniden başlatılmış ve satışı denetim kaydından devralmıştır.',
  },
  unanswered: {
    name: 'Yanıtsız adım',
    text: 'Bir kaydın oluşturulması istenmiş, ama açık bir yanıt gelmemiştir ya da durdurulmuş bir ağ geçidi bunu geç istemiş olabilir; kayıt şimdi ya da daha sonra CRM’de olabilir. Adım, ikinci aramaya kadar yanıtsız kalır.',
  },
  named: {
    name: 'Adı verilen kayıt',
    text: 'CRM’in bu satışa ait olduğunu bildirdiği, ama hiç göstermediği kayıt. Silinene kadar var sayılır.',
  },
  rollback: {
    name: 'Geri alma',
    text: 'Başarısız bir satıştan CRM’de kalan her şey silinir: önce Satış Siparişi, sonra Teklif, sonra Anlaşma. Geriye hiçbir şey kalmadığında satış geri alınmış olur.',
  },
  look: {
    name: 'Arama',
    text: 'Yanıtsız bir adımın kaydının CRM’de aranması. İlk arama hemen, ikincisi durulma süresinden sonra yapılır; adımı yalnızca ikinci arama kapatır.',
  },
  'settle-time': {
    name: 'Durulma süresi',
    text: 'Bir kayıt geç ortaya çıkabileceği için ağ geçidinin ikinci aramadan önce beklediği süre.',
  },
  leftover: {
    name: 'Kalan kayıt',
    text: 'Başarısız bir satıştan hâlâ CRM’de duran ya da duruyor olabilecek kayıt.',
  },
  stuck: {
    name: 'Takıldı',
    text: 'Geri alma sürekli başarısız oluyor, örneğin bir kayıt kilitli olduğu için. BT birimine bir yetkilinin müdahalesinin gerektiği e-postayla bildirilir. Ağ geçidi denemeyi sürdürür.',
  },
  'at-rest': {
    name: 'Sonuçlandı',
    text: 'Satış için yapılacak hiçbir şey kalmamıştır. Yalnızca satışın ortasında durdurulmuş ve sonradan yeniden çalışmaya başlamış bir ağ geçidi yeni bir arama başlatır.',
  },
  outbox: {
    name: 'Giden kutusu',
    text: 'BT birimine gidecek e-postalar. Her e-posta, ilgili olduğu olayla birlikte saklanır ve e-posta sunucusu kabul edene kadar yeniden denenir.',
  },
  log: {
    name: 'Denetim kaydı',
    text: 'Olup biten her şey, sırasıyla. Yeni olay sona eklenir; hiçbir olay değiştirilmez ya da silinmez. Bu sayfalar ondan hazırlanır.',
  },
  event: {
    name: 'Olay',
    text: 'Denetim kaydının tek bir girdisi: ne oldu, ne zaman oldu, kim yol açtı. Bir satışın olayı, o satıştaki önceki olayın özet değerini de taşır.',
  },
  position: {
    name: 'Sıra no',
    text: 'Olayın denetim kaydının tamamındaki numarası; 1’den başlar, boşluk bırakmaz.',
  },
  checkpoint: {
    name: 'Kontrol noktası',
    text: 'Denetim kaydında kaç olay bulunduğunu ve ağaç kökünün ne olduğunu bildiren imzalı beyan. Kontrol noktasının kapsadığı hiçbir şey, onu karşılaştıran birinden gizli değiştirilemez.',
  },
  'tree-root': {
    name: 'Ağaç kökü',
    text: 'Denetim kaydındaki bütün olaylar üzerinden ağaç biçiminde hesaplanan tek bir özet değeri (RFC 6962). Tek bir olayın tek bir harfi değişse kök de değişir.',
  },
  fingerprint: {
    name: 'Parmak izi',
    text: 'Denetim kaydının açık anahtarının, telefonda ya da kâğıt üzerinde karşılaştırılacak kısa biçimi. Parmak izini, doğruladığınız kanıttan başka bir yoldan edinin.',
  },
  witness: {
    name: 'Tanık',
    text: 'Başka bir makinede çalışan, gördüğü kontrol noktalarını saklayan ve denetim kaydı yalnızca büyümekle kalmadığında bunu bildiren program.',
  },
  bundle: {
    name: 'Kanıt paketi',
    text: 'Bir satışın ya da bir zaman aralığının yanınıza alabileceğiniz kanıtı: baytı baytına olaylar, ispatlar, bir rapor ve ne ağ geçidine ne de ağa gerek duyan bir doğrulayıcı.',
  },
  zone: {
    name: 'Saat dilimi',
    text: 'Bir sayfadaki bütün zamanlar, sayfa başında adı yazan saat dilimindedir; her birinin yanında UTC ile farkı yazar. Denetim kaydının kendisi UTC saklar.',
  },
}
