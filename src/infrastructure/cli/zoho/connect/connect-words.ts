// What `zoho connect` tells a person before and after the exchange.

/** Where to click, and the scopes to paste. */
export function clickLines(accountsUrl: string, scopes: readonly string[]) {
  return [
    'From nothing to a refresh token:',
    ...consoleSteps(accountsUrl),
    '  Scope: paste this line whole. ZohoCRM.settings.fields.CREATE in it is for "zoho setup" only.',
    '',
    scopes.join(','),
    '',
    '  Time duration: 10 minutes. Scope description: anything. Choose the portal and the organisation',
    '  (or its sandbox), press "Create", and copy the code at once. It works once.',
    '',
  ]
}

function consoleSteps(accountsUrl: string): readonly string[] {
  const { hostname } = new URL(accountsUrl)
  if (!hostname.startsWith('accounts.')) {
    return [
      `  ${accountsUrl} is no Zoho. Where it is "gateway zoho fake", this makes a code:`,
      `    curl ${accountsUrl}/__control/grant-codes -d '{}'`,
      '  With Zoho itself, in its API console > Self Client > tab "Generate Code":',
    ]
  }
  const console = `https://${hostname.replace('accounts.', 'api-console.')}`
  return [
    `  1. Open ${console} as the user the gateway is to act as. This user must see, and may delete,`,
    '     every record of Deals, Quotes and Sales Orders.',
    '  2. "Self Client" > "Create". The tab "Client Secret" has the client ID and the secret.',
    '  3. The tab "Generate Code":',
  ]
}

/** What is left to do. `--env-file` is an option of Node, and of Deno. */
export function nextLines(file: string | undefined, isWhole: boolean): readonly string[] {
  const settings = file ?? 'FILE'
  return [
    '',
    ...(file === undefined
      ? ['Put the lines above into a file that only its owner may read.']
      : []),
    isWhole
      ? 'Zoho has what the gateway needs. What comes next:'
      : 'Connected; but something is missing, see above. What comes next:',
    `  node --env-file=${settings} src/infrastructure/gateway.js zoho setup          makes the reference field`,
    `  node --env-file=${settings} src/infrastructure/gateway.js zoho check --write  tries every right`,
    `  node --env-file=${settings} src/infrastructure/gateway.js serve               serves`,
    'Under systemd, EnvironmentFile= reads the same file.',
  ]
}
