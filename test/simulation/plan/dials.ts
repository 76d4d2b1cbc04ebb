import type { SettingsPatch } from '../../../src/adapters/fake-zoho/world/settings.ts'

/** What goes wrong, and how often. Shares are from 0 to 1; a time is a least and a most in ms. */
export type Dials = {
  readonly network: {
    /** The connection is not made: nothing is sent. */
    readonly refused: number
    /** Sent, and it never arrives. */
    readonly requestLost: number
    /** Arrived, and its answer never does. */
    readonly answerLost: number
    /** Of what is lost: the connection is cut rather than silent. */
    readonly cut: number
    readonly thereMs: Range
    readonly backMs: Range
    /** Takes `slowMs` instead, there or back. */
    readonly slow: number
    readonly slowMs: Range
    /** Of what is on its way there when its sender dies: it never arrives. */
    readonly lostWithSender: number
  }
  /** Over what the fake is by itself. */
  readonly crm: SettingsPatch
  readonly database: {
    /** Another program takes the write lock, and keeps it for a while. */
    readonly busy: number
    /** A write, or its commit, finds the disk full. */
    readonly full: number
    /** A statement fails on the disk; a commit of them is undone. */
    readonly failed: number
    /** A commit fails on the disk, and is there all the same. */
    readonly failedCommitKept: number
    /** Of what is stored by a server: whether it is, its answer does not arrive. */
    readonly lostCommit: number
    /** A transaction waits so long before it begins: another one has its turn. */
    readonly lateMs: Range
  }
  readonly mail: {
    readonly refused: number
    /** Nothing is accepted, and no answer comes. */
    readonly hung: number
    /** Accepted, and the answer does not come. */
    readonly answerLost: number
    readonly takesMs: Range
  }
  readonly timers: {
    /** Fire a millisecond too early, as those of Node may. */
    readonly early: number
    /** Fire up to so many milliseconds late. */
    readonly lateMs: number
  }
}

export type Range = readonly [min: number, max: number]

/** Nothing goes wrong. */
export const CALM: Dials = {
  network: {
    refused: 0,
    requestLost: 0,
    answerLost: 0,
    cut: 0.5,
    thereMs: [20, 20],
    backMs: [20, 20],
    slow: 0,
    slowMs: [20, 20],
    lostWithSender: 0,
  },
  crm: { chanceFaults: [] },
  database: { busy: 0, full: 0, failed: 0, failedCommitKept: 0, lostCommit: 0, lateMs: [0, 0] },
  mail: { refused: 0, hung: 0, answerLost: 0, takesMs: [5, 5] },
  timers: { early: 0, lateMs: 0 },
}
