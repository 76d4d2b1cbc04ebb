// Questions about the unique reference field.

import { createDeal, DEALS, makeDeal, type Question } from './question.ts'
import { codeOf, createdId, NotAnswered, said } from './raw-calls.ts'

/** Times that two creates are sent at once. */
const RACES = 5

export const BIN_QUESTION: Question = {
  question: 'Does a value in the bin still block the unique field?',
  assumes: 'either: a repeat whose record is in the bin stays unknown, and its sale is rolled back',
  async ask(rehearsal) {
    const reference = rehearsal.newReference()
    const id = await makeDeal(rehearsal, reference)
    const deleted = await rehearsal.made.remove(DEALS, id)
    const { reply } = await createDeal(rehearsal, reference)
    const evidence = `create, delete (${said(deleted.reply)}), create again: ${said(reply)}`
    const isFree = createdId(reply) !== undefined
    if (!isFree && codeOf(reply) !== 'DUPLICATE_DATA') throw new NotAnswered(evidence)
    const answer = isFree ? 'no: the value is free again' : 'yes: DUPLICATE_DATA'
    return { answer, evidence, verdict: 'agrees', setting: null }
  },
}

export const FIELD_QUESTION: Question = {
  question: 'Is a second create with the same value refused, and is our record named?',
  assumes: 'yes: DUPLICATE_DATA names the record that has the value',
  async ask(rehearsal) {
    const reference = rehearsal.newReference()
    const id = await makeDeal(rehearsal, reference)
    const { reply } = await createDeal(rehearsal, reference)
    const isRefused = codeOf(reply) === 'DUPLICATE_DATA'
    const isNamed = reply.type === 'answered' && JSON.stringify(reply.body).includes(`"${id}"`)
    const answer = !isRefused
      ? 'no: it was not refused as a duplicate'
      : isNamed
        ? 'yes, and it is named'
        : 'yes, but it is not named'
    const isSafe = isRefused && isNamed
    return {
      answer,
      evidence: `the second create: ${said(reply)}`,
      verdict: isSafe ? 'agrees' : 'differs',
      setting: isSafe ? null : 'make the field of ZOHO_REFERENCE_FIELD unique: gateway zoho setup',
    }
  },
}

export const RACE_QUESTION: Question = {
  question: 'Can two inserts at once with one value both pass?',
  assumes: 'they may: one create of a sale is in flight at a time, and the second look finds two',
  async ask(rehearsal) {
    let both = 0
    let last = ''
    for (let race = 0; race < RACES; race += 1) {
      const reference = rehearsal.newReference()
      const pair = await Promise.all([
        createDeal(rehearsal, reference),
        createDeal(rehearsal, reference),
      ])
      const passed = pair.filter(({ reply }) => createdId(reply) !== undefined).length
      last = pair.map(({ reply }) => said(reply)).join(' and ')
      if (passed === 0) throw new NotAnswered(`both were refused: ${last}`)
      if (passed === 2) both += 1
      await rehearsal.pause(0)
    }
    return {
      answer: both > 0 ? `yes: ${both} of ${RACES} times` : `not seen in ${RACES} tries`,
      evidence: `the last pair: ${last}`,
      verdict: 'agrees',
      setting: null,
    }
  },
}
