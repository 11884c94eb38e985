import { spawn } from 'node:child_process'
import type { ChildProcessByStdio } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { AftergreenError } from '../../errors.ts'

/**
 * Git as a reader: nothing that a repository configures is run (hooks, signature checks, file watchers, pagers), nothing
 * is fetched, nothing is locked or written.
 */
export function startGit(
  folder: string,
  args: readonly string[],
): ChildProcessByStdio<Writable, Readable, Readable> {
  const safe = ['--no-pager', '--no-replace-objects', '--literal-pathspecs']
  const settings = [
    'core.fsmonitor=false',
    'core.hooksPath=/dev/null',
    'log.showSignature=false',
    'log.mailmap=false',
    'core.quotePath=false',
  ].flatMap((setting) => ['-c', setting])
  return spawn('git', [...safe, ...settings, ...args], {
    cwd: folder,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      ...process.env,
      LC_ALL: 'C',
      GIT_ALLOW_PROTOCOL: 'none',
      GIT_NO_LAZY_FETCH: '1',
      GIT_OPTIONAL_LOCKS: '0',
      GIT_TERMINAL_PROMPT: '0',
    },
  })
}

/** The whole answer of a short command; undefined where git refuses. @throws CONFIG_HISTORY where there is no git. */
export async function askGit(folder: string, args: readonly string[]): Promise<string | undefined> {
  const git = startGit(folder, args)
  const ended = endOf(git)
  let text = ''
  for await (const part of git.stdout.setEncoding('utf8')) {
    text += String(part)
    if (text.length > 1_000_000) git.kill()
  }
  const { code, said } = await ended
  if (code !== 0 && /dubious ownership/.test(said)) {
    throw new AftergreenError(
      'CONFIG_HISTORY',
      'Git refuses a repository that belongs to somebody else.',
      {
        hint: 'If you trust it: git config --global --add safe.directory FOLDER.',
      },
    )
  }
  return code === 0 ? text : undefined
}

export interface GitEnd {
  code: number | null
  /** The first of what it said on standard error. */
  said: string
}

/** Call it before reading: else an early failure is missed. @throws CONFIG_HISTORY where git cannot be started. */
export function endOf(git: ReturnType<typeof startGit>): Promise<GitEnd> {
  let said = ''
  git.stderr.setEncoding('utf8').on('data', (part: string) => {
    if (said.length < 2000) said += part
  })
  // a process that ends early is told by its exit code
  git.stdin.on('error', () => undefined)
  const ended = new Promise<GitEnd>((resolve, reject) => {
    git.once('error', (cause: NodeJS.ErrnoException) => {
      const missing = cause.code === 'ENOENT'
      reject(
        new AftergreenError(
          'CONFIG_HISTORY',
          missing ? 'Git is not installed, or not in the PATH.' : 'Git cannot be started.',
          { hint: 'The age of a value is read from the history of the repository.', cause },
        ),
      )
    })
    git.once('close', (code) => resolve({ code, said }))
  })
  ended.catch(() => undefined)
  return ended
}
