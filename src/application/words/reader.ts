// Who reads: in which language, and in which time zone.

import { ENGLISH } from './english.ts'
import { TURKISH } from './turkish.ts'
import type { Language, Words } from './words.ts'
import { UTC, type Zone } from './zone.ts'

export type Reader = { readonly words: Words; readonly zone: Zone }

export const WORDS: Readonly<Record<Language, Words>> = { en: ENGLISH, tr: TURKISH }

/** Who has said nothing else: the command line, and programs. */
export const PLAIN_READER: Reader = { words: ENGLISH, zone: UTC }
