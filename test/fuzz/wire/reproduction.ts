// Writes a request as a line to paste into a shell.

import { bytesOf, type FuzzRequest, type KeyText } from '../requests/request.ts'

/** Bytes shown of a long request: the rest of it repeats. */
const SHOWN_MAX = 1_500

/**
 * The bytes as one command. `$KEY` is a key of the kind that is named before it, `$PORT` that of the
 * gateway.
 */
export function reproductionOf(request: FuzzRequest, keyText: KeyText): string {
  const { key, changes, target } = request
  // The true key, because changes of bytes count from the begin.
  const bytes = bytesOf(request, keyText).replace(keyText(key) ?? '', (text) => text && KEY_MARK)
  const what = `${target.operation.operationId}${changes.map((words) => `, ${words}`).join('')}`
  const shown = quoted(bytes.slice(0, SHOWN_MAX)).split(KEY_MARK).join(KEY_IN_SHELL)
  const rest = bytes.length > SHOWN_MAX ? `  # and ${bytes.length - SHOWN_MAX} bytes more` : ''
  return `# ${what}; key: ${key}\n(printf %b $'${shown}') | nc -N -w 5 127.0.0.1 $PORT${rest}`
}

const KEY_MARK = '<the-key>'

/** Ends the quotation, and begins another one behind the key. */
const KEY_IN_SHELL = `'"$KEY"$'`

/** For `printf %b` inside `$'…'`: each backslash is read twice. */
function quoted(bytes: string): string {
  return bytes.replaceAll(/[^ -~]|[\\']/g, (one) => {
    if (one === '\r') return '\\\\r'
    if (one === '\n') return '\\\\n'
    return `\\\\0${one.charCodeAt(0).toString(8).padStart(3, '0')}`
  })
}
