import type { Verdict } from '../../releases/verdict.ts'
import { renderVerdict } from '../render-verdict.ts'
import type { Terminal } from '../terminal.ts'

/** Prints a verdict as the last word of a command. */
export function sayVerdict(verdict: Verdict, flags: { json?: true }, terminal: Terminal): void {
  const { colour, width } = terminal
  terminal.say(
    flags.json
      ? JSON.stringify(verdict, null, 2)
      : renderVerdict(verdict, { colour: colour.out, width }),
  )
}
