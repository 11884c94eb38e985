/** Runs a command that the user gave, in a process group of its own: whatever it starts ends with it. */
import { spawn } from 'node:child_process'
import { StringDecoder } from 'node:string_decoder'
import { AftergreenError } from '../../errors.ts'

export type CommandWords = readonly [string, ...string[]]

export interface CommandOptions {
  /** The command runs there. */
  root: string
  command: CommandWords
  env: NodeJS.ProcessEnv
  /** Where its output goes: the file descriptor of this process; left out = nowhere. */
  output?: number
  /** Aborted = the command and all of its processes are told to end, and after five seconds made to. */
  stop?: AbortSignal
  /** As `stop`, after so long; but at once. */
  timeoutMs?: number
  /** Its processes are ended as soon as a line of its output matches; the output goes nowhere else. */
  readyWhen?: RegExp
  /** What it started and left behind is ended with it, even where it ended by itself. */
  endGroup?: boolean
  /** For messages: `test command`. */
  called?: string
}

export interface CommandEnd {
  /** null = ended by a signal. */
  exitCode: number | null
  /** By `stop`. */
  stopped: boolean
  timedOut: boolean
  /** `readyWhen` matched. */
  ready: boolean
  seconds: number
}

const graceMs = 5000
const hungUpExit = 129
/** Of a line of output. */
const longestLine = 20_000

/** @throws USAGE where the command cannot be started. */
export function runCommand(options: CommandOptions): Promise<CommandEnd> {
  const { root, env, output, stop, timeoutMs, readyWhen, called = 'test command' } = options
  const endGroup = options.endGroup === true || readyWhen !== undefined
  const [program, ...args] = options.command
  const target = readyWhen === undefined ? (output ?? 'ignore') : 'pipe'
  const began = performance.now()
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: root,
      env,
      detached: true,
      stdio: ['ignore', target, target],
    })
    let ready = false
    let timedOut = false
    let timer: NodeJS.Timeout | undefined
    let limit: NodeJS.Timeout | undefined
    const toGroup = (signal: NodeJS.Signals): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, signal)
      } catch {
        // it has ended
      }
    }
    const onStop = (): void => {
      toGroup('SIGINT')
      timer = setTimeout(() => toGroup('SIGKILL'), graceMs)
    }
    const onExit = (): void => toGroup('SIGKILL')
    // the command has a session of its own, which the end of this terminal does not reach
    const onHangUp = (): void => process.exit(hungUpExit)
    const release = (): void => {
      clearTimeout(timer)
      clearTimeout(limit)
      stop?.removeEventListener('abort', onStop)
      process.off('exit', onExit)
      process.off('SIGHUP', onHangUp)
      // what has left the group may hold the pipe open
      child.stdout?.destroy()
      child.stderr?.destroy()
    }
    process.on('exit', onExit)
    process.on('SIGHUP', onHangUp)
    stop?.addEventListener('abort', onStop, { once: true })
    if (timeoutMs !== undefined) {
      limit = setTimeout(() => {
        timedOut = true
        toGroup('SIGKILL')
      }, timeoutMs)
    }
    if (readyWhen !== undefined) {
      const onMatch = (): void => {
        if (ready) return
        ready = true
        toGroup('SIGKILL')
      }
      for (const stream of [child.stdout, child.stderr]) watchLines(stream, readyWhen, onMatch)
    }
    child.once('error', (error) => {
      release()
      reject(
        new AftergreenError('USAGE', `The ${called} ${program} cannot be started.`, {
          hint: 'Give a program and its arguments after --, such as -- npm test.',
          cause: error,
        }),
      )
    })
    const onEnd = (exitCode: number | null): void => {
      release()
      const stopped = stop?.aborted === true
      // what ignores the first signal does not outlive the command
      if (stopped || timedOut || endGroup) toGroup('SIGKILL')
      resolve({ exitCode, stopped, timedOut, ready, seconds: (performance.now() - began) / 1000 })
    }
    child.once('exit', (exitCode) => {
      // the last lines may still be on their way
      if (readyWhen === undefined || ready || timedOut) onEnd(exitCode)
      else setTimeout(() => onEnd(exitCode), 50)
    })
    if (stop?.aborted === true) onStop()
  })
}

/** Only the line that is being written is kept. */
function watchLines(
  stream: NodeJS.ReadableStream | null,
  pattern: RegExp,
  onMatch: () => void,
): void {
  const decoder = new StringDecoder('utf8')
  let line = ''
  stream?.on('data', (bytes: Buffer) => {
    const lines = (line + decoder.write(bytes)).split('\n')
    for (const text of lines) {
      if (pattern.test(text.slice(0, longestLine))) onMatch()
    }
    line = lines.at(-1)!.slice(-longestLine)
  })
}
