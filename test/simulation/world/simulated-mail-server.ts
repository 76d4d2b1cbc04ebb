import { AppError } from '../../../src/application/base/errors.ts'
import type { Mailer } from '../../../src/application/mail/mailer.port.ts'
import type { Mail } from '../../../src/application/mail/outbox.port.ts'
import type { VirtualTime } from '../../support/time/virtual-time.ts'
import type { Trace } from '../judge/trace.ts'
import type { Dials } from '../plan/dials.ts'
import type { SeededRandom } from '../plan/seeded-random.ts'
import { never, type SimulatedProcess } from './simulated-process.ts'

/** How long a client waits for a server that does not answer. */
const SILENCE_MS = 20_000

/** A mail as the server has it. */
export type Copy = {
  readonly mail: Mail
  readonly process: SimulatedProcess
  /** Its sender received the answer that it is accepted. */
  isConfirmed: boolean
}

/** A mail server behind the port: what it has accepted stays accepted, whoever dies. */
export class SimulatedMailServer {
  readonly copies: Copy[] = []
  readonly #deps: MailDeps

  constructor(deps: MailDeps) {
    this.#deps = deps
  }

  mailerOf(process: SimulatedProcess): Mailer {
    const { time, trace, random, dials, onFault } = this.#deps
    return {
      send: async (mail) => {
        await process.reach('send mail', true)
        const { refused, hung, answerLost, takesMs } = dials()
        const fate = random.fraction()
        await time.sleep(random.int(...takesMs))
        const name = `p${process.number} mail ${mail.messageId}`
        if (fate < refused) {
          trace.add(`${name} refused`)
          onFault('mail refused')
          await process.awake()
          if (!process.alive) return never()
          throw new AppError('unavailable', 'mail: not accepted by the server')
        }
        const isSilent = fate < refused + hung + answerLost
        if (isSilent) onFault(fate < refused + hung ? 'mail hung' : 'mail answer lost')
        // What a dead process had on its way may get there, whole or not at all.
        if (fate < refused + hung || (!process.alive && random.chance(0.5))) {
          trace.add(`${name} hangs`)
          if (!process.alive) return never()
          await time.sleep(SILENCE_MS)
          await process.awake()
          if (!process.alive) return never()
          throw new AppError('unavailable', 'mail: not accepted by the server')
        }
        const { messageId, subject, text, createdAt } = mail
        const sent = { messageId, subject, text, createdAt }
        const copy: Copy = { mail: sent, process, isConfirmed: false }
        trace.add(`${name} accepted`)
        this.#deps.onCopy(copy)
        this.copies.push(copy)
        await process.reach('mail accepted', true)
        await time.sleep(isSilent ? SILENCE_MS : random.int(...takesMs))
        if (!process.alive) return never()
        await process.awake()
        if (isSilent) throw new AppError('unavailable', 'mail: not accepted by the server')
        copy.isConfirmed = true
        await process.reach('mail confirmed', true)
        return { way: 'smtp', recipients: 1 }
      },
    }
  }
}

type MailDeps = {
  readonly time: VirtualTime
  readonly trace: Trace
  readonly random: SeededRandom
  readonly dials: () => Dials['mail']
  /** Told of each copy before it is added to the others. */
  readonly onCopy: (copy: Copy) => void
  readonly onFault: (name: string) => void
}
