import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { AftergreenError } from '../../src/errors.ts'

export interface CommandAnswer {
  code: number
  out: string
}

/** Runs a command of Aftergreen as a person would. @throws DEMO_FAILED where it did not do its work */
export function runAftergreen(
  args: readonly string[],
  { folder, environment }: { folder: string; environment: Record<string, string> },
): Promise<CommandAnswer> {
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
  const main = fileURLToPath(new URL(`../../src/cli/main${extension}`, import.meta.url))
  return new Promise((resolve, reject) => {
    const child = execFile(
      process.execPath,
      [main, ...args],
      { cwd: folder, env: { ...process.env, ...environment }, timeout: 60_000 },
      (error, out, err) => {
        const code = error === null ? 0 : error.code
        if (typeof code === 'number' && code <= 2) resolve({ code, out })
        else {
          const command = args.slice(0, 2).join(' ')
          const hint = err.slice(-1000)
          reject(
            new AftergreenError('DEMO_FAILED', `aftergreen ${command} failed.`, {
              hint,
              cause: error,
            }),
          )
        }
      },
    )
    child.stdin?.end()
  })
}
