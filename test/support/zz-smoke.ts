import { makeTestApp } from './test-app.ts'
const t = await makeTestApp()
const key = await t.key('shop','sales:create','contacts:read','sales:read')
const SALE={contactId:'550428000008877665',products:[{productId:'550428000000111222',quantity:2},{productId:'550428000000333444',quantity:5}]}
const r = await t.server.inject({method:'POST',url:'/createSales',headers:{'x-api-key':key,'idempotency-key':'"abc"'},payload:SALE})
console.log(r.statusCode,r.body,r.headers)
const s = await t.server.inject({method:'GET',url:`/sales/${r.headers['sale-id']}`,headers:{'x-api-key':key}})
console.log(s.body)
console.log(t.fake.journal)
console.log(t.fake.records.live('Deals'),t.fake.records.live('Quotes'))
const g = await t.server.inject({method:'GET',url:'/getContact?email=info@poligonmuhendislik.com',headers:{'x-api-key':key}})
console.log(g.statusCode,g.body,g.headers)
const bad=[ '', '{', 'null','[]','"x"','{"contactId":1}','{"__proto__":{}}','{"contactId":"1","products":[{"productId":"1","quantity":1,"x":1}],"y":2}','{"contactId":"1","products":[{"productId":"1","quantity":1,"__proto__":1}]}','{"contactId":"1","products":[{"productId":"1","quantity":1e309}]}','{"contactId":"1","products":{}}','{"contactId":"1","products":[]}','{"contactId":"1","products":[[]]}','{"contactId":"1","products":[{"productId":"1","quantity":"2"}]}','{"contactId":"1","products":[{"productId":"1","quantity":0.00001}]}', '{"contactId":"1","products":[{"productId":"1","quantity":1.23456}]}','{"contactId":"1","products":[{"productId":"1","quantity":1000000001}]}','{"contactId":"123456789012345678901","products":[{"productId":"1","quantity":1}]}','{"contactId":"1","contactId":"2","products":[{"productId":"1","quantity":1}],"constructor":{"prototype":1}}','{"contactId":"1","products":[{"productId":"1"}]}','{"contactId":"1","products":[null]}','{"contactId":"1\\n","products":[{"productId":"1","quantity":-0}]}','{"contactId":"1","products":[{"productId":"1","quantity":1.00000000000000000001}]}','{"contactId":"1","products":[{"productId":"1","quantity":0.00004999999999999999999999}]}','{"contactId":"1","products":[{"productId":"1","quantity":1e-400}]}','[1,2]','\uFEFF{"contactId":"1","products":[]}']
for (const b of bad){ const x= await t.server.inject({method:'POST',url:'/createSales',headers:{'x-api-key':key,'content-type':'application/json'},payload:b}); console.log(b.slice(0,100),'=>',x.statusCode,x.body)}
for (const ct of ['text/plain','application/json garbage','application/json; charset=utf-8','application/x-www-form-urlencoded','','application/jsonx','APPLICATION/JSON','application/json;charset=latin1','*/*','application/problem+json']){const x= await t.server.inject({method:'POST',url:'/createSales',headers:{'x-api-key':key,...(ct?{'content-type':ct}:{})},payload:'{}'}); console.log(ct,'=>',x.statusCode,x.body)}
for (const u of ['/%zz','/nope','/getContact?email=%zz','/sales/'+'x'.repeat(200),'/sales/%zz','/getContact?email=%00','//','/getContact/','/createSales/']){const x= await t.server.inject({method:'GET',url:u,headers:{}}); console.log(u.slice(0,50),'=>',x.statusCode,x.body,x.headers['x-request-id'])}
for (const m of ['PUT','PATCH','DELETE','OPTIONS','HEAD','GET','TRACE','PROPFIND']){const x= await t.server.inject({method:m as 'PUT',url:'/createSales',headers:{}}); console.log(m,'=>',x.statusCode,x.body,x.headers['x-request-id'])}
await t[Symbol.asyncDispose]()
console.log(t.logLines.join(''))
