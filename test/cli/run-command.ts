import { spawn } from 'node:child_process'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { resolve } from 'node:path'

const main = resolve(import.meta.dirname, '../../src/cli/main.ts')

export interface Ended {
  code: number | null
  out: string
  err: string
  ms: number
}

export interface Running {
  child: ChildProcessWithoutNullStreams
  out(): string
  ended: Promise<Ended>
}

/** Starts the command line as a process of its own, without the AFTERGREEN_ settings of whoever runs the tests. */
export function startCommand(args: string[], env: Record<string, string> = {}): Running {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('AFTERGREEN_'))
  const began = performance.now()
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...Object.fromEntries(inherited), ...env },
  })
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  const ended = new Promise<Ended>((done, failed) => {
    child.on('error', failed)
    child.on('close', (code) => done({ code, out, err, ms: performance.now() - began }))
  })
  return { child, out: () => out, ended }
}

/** Runs the command line to its end. */
export async function runCommand(args: string[], env: Record<string, string> = {}): Promise<Ended> {
  return startCommand(args, env).ended
}
