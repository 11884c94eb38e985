import { randomBytes } from 'node:crypto'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Release } from '../../src/releases/release.ts'
import type { DemoServer } from './api.ts'
import { environmentName } from './names.ts'
import { type CommandAnswer, runAftergreen } from './run-aftergreen.ts'
import { checkoutEnvironment, environmentFile, shopFolder } from './shop-environment.ts'

/** The line of production's manifest that somebody gets wrong. */
const [right, wrong] = ['PAYMENT_PROCESSOR: clearline', 'PAYMENT_PROCESSOR: sandbox']

export interface DiffAnswer {
  exitCode: number
  headline: string
  findings: { rule: string; key?: string; message: string }[]
}

/** A copy of the shop's repository, in which production is given another payment processor. */
export interface WrongConfiguration {
  /** The environment of checkout with the wrong line in it. */
  environment: Record<string, string>
  /** `aftergreen config diff staging production`: its text, and what `--json` says. */
  diff(): Promise<{ text: string; answer: DiffAnswer }>
  /** What production bound until now, as `config snapshot` writes it. */
  before: unknown
  /** `aftergreen config snapshot` of what production binds with a release. @returns what the command says */
  attach(server: DemoServer, release: Release): Promise<string>
  remove(): Promise<void>
}

/** Copies the shop, keeps a snapshot of production as it is, and then changes the line. @throws DEMO_FAILED */
export async function makeWrongConfiguration(): Promise<WrongConfiguration> {
  const folder = await mkdtemp(join(tmpdir(), 'aftergreen-demo-shop-'))
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 5 })
  try {
    const shop = join(folder, 'shop')
    const before = join(folder, 'before.json')
    const environment = { AFTERGREEN_CONFIG_KEY: randomBytes(32).toString('hex') }
    const config = (...args: string[]): Promise<CommandAnswer> =>
      runAftergreen(['config', ...args, '--no-cache'], { folder: shop, environment })
    await cp(shopFolder, shop, { recursive: true })
    await config('snapshot', '--environment', environmentName, '--out', before)
    const file = join(shop, environmentFile)
    const text = await readFile(file, 'utf8')
    if (!text.includes(right)) throw new Error(`${environmentFile} does not say ${right}`)
    await writeFile(file, text.replace(right, wrong))
    return {
      environment: checkoutEnvironment(shop),
      diff: async () => {
        const asked = ['diff', 'staging', environmentName]
        const said = await config(...asked)
        const { code, out } = await config(...asked, '--json')
        const { headline, findings } = JSON.parse(out) as Omit<DiffAnswer, 'exitCode'>
        const told = findings.map(({ rule, key, message }) => ({
          rule,
          message,
          ...(key !== undefined && { key }),
        }))
        return { text: said.out, answer: { exitCode: code, headline, findings: told } }
      },
      before: JSON.parse(await readFile(before, 'utf8')) as unknown,
      attach: async (server, { id }) => {
        const to = ['--release', id, '--server', server.url]
        return (await config('snapshot', '--environment', environmentName, ...to)).out
      },
      remove,
    }
  } catch (error) {
    await remove()
    throw error
  }
}
