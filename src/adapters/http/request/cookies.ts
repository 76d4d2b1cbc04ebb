/** The value of a cookie (RFC 6265); of two with this name the first. */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  const pair = header?.split('; ').find((one) => one.startsWith(`${name}=`))
  return pair?.slice(name.length + 1)
}
