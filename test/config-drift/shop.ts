/** A repository with a history, servers that report of themselves, and the command in this process. */
import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

import { runCli } from '../../src/cli/run-cli.ts'

export const secret = 'a secret of these tests, longer than thirty-two bytes'

export interface Shop {
  root: string
  repository: string
  git: (...args: string[]) => void
  /** Starts a real server with this environment, and gives its address. */
  start: (name: string, values: Record<string, string>) => Promise<string>
  /** What the servers wrote. */
  said: () => string
  run: (
    args: string[],
    env?: Record<string, string>,
  ) => Promise<{ out: string; err: string; code: number }>
  end: () => void
}

export const dotenv = (values: Record<string, string>): string =>
  Object.entries(values)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('')

/** A Deployment of one container; `environment`: its `env` and `envFrom`, as YAML in a line each. */
export const deploymentOf = (...environment: string[]): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  template:
    spec:
      containers:
        - name: api
          image: api
${environment.map((line) => `          ${line}\n`).join('')}`

export function makeShop(): Shop {
  const root = mkdtempSync(join(tmpdir(), 'aftergreen-drift-'))
  const repository = join(root, 'shop')
  mkdirSync(repository)
  const stops: (() => void)[] = []
  let written = ''
  return {
    root,
    repository,
    git(...args) {
      const who = ['user.name=test', 'user.email=test@localhost', 'init.defaultBranch=main']
      const settings = who.flatMap((setting) => ['-c', setting])
      execFileSync('git', ['-C', repository, ...settings, ...args], { stdio: 'pipe' })
    },
    async start(name, values) {
      const child = spawn(process.execPath, [join(import.meta.dirname, 'shop-server.mjs')], {
        stdio: ['pipe', 'pipe', 'pipe'],
        env: {
          PATH: process.env['PATH'],
          HOSTNAME: name,
          AFTERGREEN_CONFIG_KEY: secret,
          AFTERGREEN_ENVIRONMENT: 'production',
          AFTERGREEN_RELEASE: 'rel_1',
          ...values,
        },
      })
      stops.push(() => child.stdin.end())
      child.stderr.on('data', (part) => (written += String(part)))
      for await (const line of createInterface({ input: child.stdout })) {
        return `http://127.0.0.1:${line}/config-report`
      }
      throw new Error(written)
    },
    said: () => written,
    async run(args, env = { AFTERGREEN_CONFIG_KEY: secret }) {
      const said: string[] = []
      const noted: string[] = []
      await runCli(['config', ...args, '--path', repository], {
        say: (line) => void said.push(line),
        note: (line) => void noted.push(line),
        colour: { out: false, err: false },
        width: 100,
        env,
      })
      const code = Number(process.exitCode ?? 0)
      process.exitCode = undefined
      return { out: said.join('\n'), err: noted.join('\n'), code }
    },
    end() {
      for (const stop of stops) stop()
      rmSync(root, { recursive: true })
    },
  }
}
