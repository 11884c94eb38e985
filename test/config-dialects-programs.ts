/**
 * The command lines of Docker and Kubernetes as real readers of dotenv texts, without a daemon and without a cluster: Docker's
 * own program sends what it read to a server on this machine that writes it down and refuses.
 */
import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Keys and values, or that the program refuses the file. */
export type ProgramAnswer = Record<string, string> | 'refused'
type Program = 'docker' | 'kubectl'

const asked: Record<Program, readonly string[]> = {
  docker: ['--version'],
  kubectl: ['version', '--client'],
}

export function programPresent(program: Program): boolean {
  return spawnSync(program, asked[program], { stdio: 'ignore' }).status === 0
}

/** What the program makes of each text, each in a process of its own, with nothing else in its environment. */
export async function askProgram(
  program: Program,
  texts: readonly string[],
): Promise<ProgramAnswer[]> {
  const folder = mkdtempSync(join(tmpdir(), 'aftergreen-programs-'))
  const answers: ProgramAnswer[] = []
  try {
    const reader = program === 'docker' ? await dockerReader(folder) : kubectlReader(folder)
    const next = texts.entries()
    const work = async (): Promise<void> => {
      for (const [index, text] of next) {
        const file = join(folder, `${index}.env`)
        writeFileSync(file, text)
        // oxlint-disable-next-line no-await-in-loop -- four at a time, each after its predecessor
        answers[index] = await reader.read(file, index)
        rmSync(file)
      }
    }
    await Promise.all([work(), work(), work(), work()])
    reader.close()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return answers
}

interface Reader {
  read: (file: string, index: number) => Promise<ProgramAnswer>
  close: () => void
}

async function dockerReader(folder: string): Promise<Reader> {
  const seen = new Map<string, string[]>()
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (part: string) => (body += part))
    request.on('end', () => {
      response.setHeader('Api-Version', '1.45')
      if (!request.url?.includes('/containers/create')) return response.end('OK')
      const { Env, Image } = JSON.parse(body) as { Env: string[] | null; Image: string }
      seen.set(Image, Env ?? [])
      response.statusCode = 400
      return response.end('{"message":"written down"}')
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  const env = { DOCKER_HOST: `tcp://127.0.0.1:${port}`, DOCKER_CONFIG: folder, HOME: folder }
  return {
    read: async (file, index) => {
      const image = `text-${index}`
      await run('docker', ['run', '--pull', 'never', '--env-file', file, image], env)
      const pairs = seen.get(image)?.map((pair) => pair.split(/=([^]*)/, 2))
      return pairs === undefined
        ? 'refused'
        : Object.fromEntries(pairs.map(([key = '', value = '']) => [key, value]))
    },
    close: () => server.close(),
  }
}

function kubectlReader(folder: string): Reader {
  return {
    read: async (file) => {
      const from = ['create', 'configmap', 'x', '--dry-run=client', '-o', 'json']
      const said = await run('kubectl', [...from, `--from-env-file=${file}`], { HOME: folder })
      if (said === undefined) return 'refused'
      return (JSON.parse(said) as { data?: Record<string, string> }).data ?? {}
    },
    close: () => {},
  }
}

/** What the program prints, or undefined where it fails. */
function run(
  program: Program,
  args: readonly string[],
  own: Record<string, string>,
): Promise<string | undefined> {
  const env = { PATH: process.env['PATH'] ?? '', ...own }
  return new Promise((done) => {
    execFile(program, args, { env, timeout: 20_000 }, (error, stdout) => {
      done(error === null ? stdout : undefined)
    })
  })
}
