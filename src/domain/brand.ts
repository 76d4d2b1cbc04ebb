// Types for values that are checked once, where they are made.
declare const brand: unique symbol

/** A `Base` that was checked once, where it was made, and need not be checked again. */
export type Brand<Base, Name extends string> = Base & { readonly [brand]: Name }
