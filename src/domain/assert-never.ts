/** Marks a branch the compiler proved unreachable; reaching it at run time is a bug, so it throws. */
export function assertNever(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`)
}
