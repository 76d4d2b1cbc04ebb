import type { Brand } from './brand.ts'

/** A decimal number as text, plain digits with at most one point and no exponent: `"1299.9"`. */
export type DecimalText = Brand<string, 'DecimalText'>

/** `units / 10 ** scale`, exactly. Binary floating point never carries an amount here. */
export type Decimal = { readonly units: bigint; readonly scale: number }

const PLAIN = /^(-?)(\d+)(?:\.(\d+))?$/
const EXPONENT = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/

/** The longest text that is taken for a number: far beyond any amount, and short to multiply. */
const TEXT_LENGTH_MAX = 64

export const ZERO: Decimal = { units: 0n, scale: 0 }

/** `undefined` for anything that is not a plain decimal number of at most 64 characters. */
export function parseDecimal(text: string): Decimal | undefined {
  const match = text.length <= TEXT_LENGTH_MAX ? PLAIN.exec(text) : null
  if (match === null) return undefined
  const [, sign = '', whole = '', fraction = ''] = match
  return { units: BigInt(sign + whole + fraction), scale: fraction.length }
}

/**
 * The decimal that JSON showed for this number: its shortest text, so `0.1` is one tenth.
 * `undefined` for what is not finite, or has an exponent beyond 30.
 */
export function decimalOfNumber(value: number): Decimal | undefined {
  const text = String(value)
  const match = EXPONENT.exec(text)
  if (match === null) return parseDecimal(text)
  const [, sign = '', whole = '', fraction = '', exponent = ''] = match
  const shift = Number(exponent)
  if (Math.abs(shift) > 30) return undefined
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

/** At most `places` digits behind the point; a half goes away from zero. */
export function roundHalfUp(value: Decimal, places: number): Decimal {
  if (value.scale <= places) return value
  const divisor = 10n ** BigInt(value.scale - places)
  const magnitude = value.units < 0n ? -value.units : value.units
  const rounded = (magnitude + divisor / 2n) / divisor
  return { units: value.units < 0n ? -rounded : rounded, scale: places }
}

/** The text with exactly `places` digits behind the point, or as many as there are. */
export function formatDecimal(value: Decimal, places = value.scale): DecimalText {
  const digits = scaleTo(value, Math.max(places, value.scale))
  const scale = Math.max(places, value.scale)
  const sign = digits < 0n ? '-' : ''
  const padded = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, '0')
  const whole = padded.slice(0, padded.length - scale)
  return `${sign}${whole}${scale === 0 ? '' : `.${padded.slice(-scale)}`}` as DecimalText
}

function scaleTo(value: Decimal, scale: number): bigint {
  return value.units * 10n ** BigInt(scale - value.scale)
}
