// Exact decimal arithmetic for prices and amounts: binary floating point never carries money.
import type { Brand } from './brand.ts'

/** A decimal number as text, plain digits with at most one point and no exponent: `"1299.9"`. */
export type DecimalText = Brand<string, 'DecimalText'>

/** `units / 10 ** scale`, exactly. */
export type Decimal = { readonly units: bigint; readonly scale: number }

const PLAIN = /^(-?)(\d+)(?:\.(\d+))?$/
const EXPONENT = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/

/** Characters of a text that is parsed: far more than any amount has, and quick to multiply. */
const TEXT_LENGTH_MAX = 64

/** Largest exponent, up or down, of a number that is converted. */
const EXPONENT_MAX = 30

export const ZERO: Decimal = { units: 0n, scale: 0 }

/** Returns `undefined` for text that is not a plain decimal number of at most 64 characters. */
export function parseDecimal(text: string): Decimal | undefined {
  const match = text.length <= TEXT_LENGTH_MAX ? PLAIN.exec(text) : null
  if (match === null) return undefined
  const [, sign = '', whole = '', fraction = ''] = match
  return { units: BigInt(sign + whole + fraction), scale: fraction.length }
}

/**
 * Converts a number by its shortest text, which is what JSON shows: `0.1` is one tenth. Returns
 * `undefined` for a number that is not finite, or whose exponent is beyond 30.
 */
export function decimalOfNumber(value: number): Decimal | undefined {
  const text = String(value)
  const match = EXPONENT.exec(text)
  if (match === null) return parseDecimal(text)
  const [, sign = '', whole = '', fraction = '', exponent = ''] = match
  const shift = Number(exponent)
  if (Math.abs(shift) > EXPONENT_MAX) return undefined
  const scale = fraction.length - shift
  const units = BigInt(sign + whole + fraction)
  return scale >= 0 ? { units, scale } : { units: units * 10n ** BigInt(-scale), scale: 0 }
}

export function multiply(a: Decimal, b: Decimal): Decimal {
  return { units: a.units * b.units, scale: a.scale + b.scale }
}

export function add(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale)
  return { units: scaleTo(a, scale) + scaleTo(b, scale), scale }
}

/** Rounds to at most `places` digits behind the point, halves away from zero. */
export function roundHalfUp(value: Decimal, places: number): Decimal {
  if (value.scale <= places) return value
  const divisor = 10n ** BigInt(value.scale - places)
  const magnitude = value.units < 0n ? -value.units : value.units
  const rounded = (magnitude + divisor / 2n) / divisor
  return { units: value.units < 0n ? -rounded : rounded, scale: places }
}

/** Formats with at least `places` digits behind the point; no digit is cut off. */
export function formatDecimal(value: Decimal, places = value.scale): DecimalText {
  const digits = scaleTo(value, Math.max(places, value.scale))
  const scale = Math.max(places, value.scale)
  const sign = digits < 0n ? '-' : ''
  const padded = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, '0')
  const whole = padded.slice(0, padded.length - scale)
  return `${sign}${whole}${scale === 0 ? '' : `.${padded.slice(-scale)}`}` as DecimalText
}

/** Digits of an amount that a JavaScript number holds exactly, whatever they are. */
const EXACT_DIGITS_MAX = 15

/**
 * The amount as a whole number of its smallest unit, and the digits behind its point. Returns `undefined`
 * for text that is no amount, or has more than 15 digits.
 */
export function exactUnits(
  text: string,
): { readonly units: number; readonly decimals: number } | undefined {
  const parsed = parseDecimal(text)
  if (parsed === undefined || text.replace('.', '').length > EXACT_DIGITS_MAX) return undefined
  return { units: Number(parsed.units), decimals: parsed.scale }
}

/**
 * Digits behind the point of the currencies that do not have two of them.
 * Source: ISO 4217, list one, minor units.
 */
const DECIMALS: Readonly<Record<string, number>> = {
  ...decimalsFor(0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'),
  ...decimalsFor(3, 'BHD IQD JOD KWD LYD OMR TND'),
  ...decimalsFor(4, 'CLF UYW'),
}

/** Digits behind the point of most currencies, and of an amount whose currency is not known. */
const DECIMALS_OF_MOST = 2

const CURRENCY_CODE = /^[A-Z]{3}$/

/** Whether the text has the form of a currency code of ISO 4217: `TRY`. */
export function isCurrencyCode(text: string): boolean {
  return CURRENCY_CODE.test(text)
}

/** Digits behind the point of an amount in this currency; `undefined` where it is not known. */
export function decimalsOf(currency: string | undefined): number {
  return DECIMALS[currency ?? ''] ?? DECIMALS_OF_MOST
}

function decimalsFor(digits: number, codes: string): Readonly<Record<string, number>> {
  return Object.fromEntries(codes.split(' ').map((code) => [code, digits]))
}

function scaleTo(value: Decimal, scale: number): bigint {
  return value.units * 10n ** BigInt(scale - value.scale)
}
