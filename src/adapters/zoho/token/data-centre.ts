// Names Zoho's data centres by the host of their API.

/** The first part of a host: it names the environment of an organisation, and not the place. */
const ENVIRONMENT = /^(www|sandbox|developer)\./

/** Characters of a host that are repeated in a reason. */
const HOST_MAX = 100

/** Returns the data centre of an API's address, as `zohoapis.eu`; `null` where it is no address. */
export function dataCentreOf(apiUrl: unknown): string | null {
  const url = typeof apiUrl === 'string' ? URL.parse(apiUrl) : null
  const host = url?.hostname.replace(ENVIRONMENT, '').slice(0, HOST_MAX)
  return host || null
}
