/**
 * Numbers that follow from a seed. Each concern asks for a row of its own (`of`), so that one more
 * draw in one of them moves none of the others.
 */
export class SeededRandom {
  readonly #seed: string
  #a: number
  #b: number
  #c: number
  #counter = 1

  constructor(seed: string) {
    this.#seed = seed
    ;[this.#a, this.#b, this.#c] = mixed(seed)
    // The first numbers of seeds that are alike are alike, too.
    for (let i = 0; i < 12; i += 1) this.fraction()
  }

  of(concern: string): SeededRandom {
    return new SeededRandom(`${this.#seed}/${concern}`)
  }

  /** At least 0, and below 1. */
  fraction(): number {
    return this.bits() / 2 ** 32
  }

  /** 32 bits, by sfc32 of Chris Doty-Humphrey, in the public domain. */
  bits(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0
    return sum >>> 0
  }

  /** A whole number from `min` to `max`, both included. */
  int(min: number, max: number): number {
    return min + Math.floor(this.fraction() * (max - min + 1))
  }

  chance(probability: number): boolean {
    return this.fraction() < probability
  }

  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.int(0, choices.length - 1)] ?? choices[0]
  }
}

/** FNV-1a over the text, three times with another beginning. */
function mixed(text: string): [number, number, number] {
  const one = (basis: number) => {
    let hash = basis
    for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
    return hash | 0
  }
  return [one(0x811c9dc5), one(0x9e3779b9), one(0x85ebca6b)]
}
