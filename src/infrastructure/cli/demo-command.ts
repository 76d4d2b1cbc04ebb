import { Command } from 'commander'
import { tour } from '../demo/tour.ts'
import { printLine } from './terminal/command-config.ts'

export function demoCommand(): Command {
  return new Command('demo')
    .description('a guided tour in the terminal: a sale, a failure, a crash and its recovery')
    .action(() => tour(printLine))
}
