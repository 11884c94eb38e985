export const logLevels = ['error', 'info', 'debug'] as const
export type LogLevel = (typeof logLevels)[number]

export type Log = Record<LogLevel, (line: string) => void>

/** Lines with a time, for people and for whatever collects standard error. */
export function createLog(level: LogLevel, write: (text: string) => void): Log {
  const most = logLevels.indexOf(level)
  const at = (of: LogLevel) => (line: string) => {
    if (logLevels.indexOf(of) > most) return
    // One event is one line: an attribute of a stranger must not be able to write lines of its own.
    write(`${new Date().toISOString()} ${of} ${line.replace(/\p{Cc}+/gu, ' ')}\n`)
  }
  return { error: at('error'), info: at('info'), debug: at('debug') }
}
