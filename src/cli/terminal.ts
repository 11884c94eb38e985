import { isatty } from 'node:tty'

/** Where words go. Standard output carries the answer, standard error everything else. */
export interface Terminal {
  /** Writes a line to standard output. */
  say(line: string): void
  /** Writes a line to standard error. */
  note(line: string): void
  /** Whether standard output, and standard error, may carry colours. */
  colour: { out: boolean; err: boolean }
  width: number
  env: NodeJS.ProcessEnv
}

/** The terminal of this process. NO_COLOR (https://no-color.org) and a pipe switch colours off. */
export function processTerminal(): Terminal {
  const { env, stdout, stderr } = process
  const wanted = (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb'
  return {
    say: (line) => void stdout.write(`${line}\n`),
    note: (line) => void stderr.write(`${line}\n`),
    // not `isTTY`, which is absent for a pipe: an absent answer makes the colour library decide by itself, as in CI
    colour: { out: wanted && isatty(1), err: wanted && isatty(2) },
    width: stdout.columns ?? 100,
    env,
  }
}
