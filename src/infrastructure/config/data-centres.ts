// The addresses of Zoho's data centres.

import { DATA_CENTRES } from './settings.ts'

type DataCentre = (typeof DATA_CENTRES)[number]

/** Source: Zoho's own SDK, one file for each data centre, and its page on several of them. */
const HOSTS: Readonly<Record<DataCentre, { readonly accounts: string; readonly api: string }>> = {
  us: { accounts: 'accounts.zoho.com', api: 'zohoapis.com' },
  eu: { accounts: 'accounts.zoho.eu', api: 'zohoapis.eu' },
  in: { accounts: 'accounts.zoho.in', api: 'zohoapis.in' },
  au: { accounts: 'accounts.zoho.com.au', api: 'zohoapis.com.au' },
  jp: { accounts: 'accounts.zoho.jp', api: 'zohoapis.jp' },
  ca: { accounts: 'accounts.zohocloud.ca', api: 'zohoapis.ca' },
  sa: { accounts: 'accounts.zoho.sa', api: 'zohoapis.sa' },
  cn: { accounts: 'accounts.zoho.com.cn', api: 'zohoapis.com.cn' },
}

/** The two addresses of a data centre: `eu` is production, `eu-sandbox` the sandbox beside it. */
export function dataCentreUrls(name: string): {
  readonly accountsUrl: string
  readonly apiUrl: string
} {
  const [centre, environment = 'www'] = name.split('-')
  const hosts = HOSTS[centre as DataCentre]
  return {
    accountsUrl: `https://${hosts.accounts}`,
    apiUrl: `https://${environment}.${hosts.api}`,
  }
}

/** The name of the data centre with this API, as `ZOHO_DC` takes it; `undefined` for no such. */
export function dataCentreNamed(apiUrl: string): string | undefined {
  const environments = ['', '-sandbox', '-developer']
  const names = DATA_CENTRES.flatMap((centre) => environments.map((one) => `${centre}${one}`))
  return names.find((name) => new URL(dataCentreUrls(name).apiUrl).host === new URL(apiUrl).host)
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/** Whether records may be made and deleted there for a trial: a sandbox, a developer edition, loopback. */
export function isRehearsalHost(apiUrl: string): boolean {
  return LOOPBACK.test(new URL(apiUrl).hostname) || /-/.test(dataCentreNamed(apiUrl) ?? '')
}
