/** What is happening, on standard error: one line that rewrites itself on a terminal, else a line every ten seconds. */
export interface Progress {
  /** A line that stays. */
  say(line: string): void
  /** What is true right now. */
  update(line: string): void
  /** Ends the rewriting line. */
  end(): void
}

export interface ProgressStream {
  isTTY?: boolean
  columns?: number
  write(text: string): unknown
}

const everyMs = 10_000

export function openProgress(stream: ProgressStream, now: () => number): Progress {
  const live = stream.isTTY === true
  let open = false
  let saidAt = -Infinity
  const end = (): void => {
    if (open) stream.write('\n')
    open = false
  }
  return {
    say(line) {
      end()
      stream.write(`${line}\n`)
    },
    update(line) {
      if (live) {
        stream.write(`\r\u001b[2K${line.slice(0, (stream.columns ?? 80) - 1)}`)
        open = true
      } else if (now() - saidAt >= everyMs) {
        saidAt = now()
        stream.write(`${line}\n`)
      }
    },
    end,
  }
}
