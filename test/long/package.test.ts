import { execFileSync, spawn, spawnSync } from 'node:child_process'
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'

import { afterAll, beforeAll, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '..', '..')

/** An empty folder with the packed package beside the packages that it depends on. */
let folder: string
let bin: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'aftergreen-package-'))
  // Packing builds first (the script `prepack`).
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: root })
  const [tarball = ''] = globSync('aftergreen-*.tgz', { cwd: folder })
  const modules = join(folder, 'node_modules')
  mkdirSync(join(modules, 'aftergreen'), { recursive: true })
  execFileSync('tar', [
    '-xzf',
    join(folder, tarball),
    '-C',
    join(modules, 'aftergreen'),
    '--strip-components=1',
  ])
  // The installed packages are linked, not installed again: what is tested is what is in the package, without a network.
  const { packages }: { packages: Record<string, { dev?: boolean }> } = JSON.parse(
    readFileSync(join(root, 'package-lock.json'), 'utf8'),
  )
  for (const [path, { dev }] of Object.entries(packages)) {
    const name = /^node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(path)?.[1]
    if (name === undefined || dev === true || !existsSync(join(root, path))) continue
    mkdirSync(join(modules, name, '..'), { recursive: true })
    symlinkSync(join(root, path), join(modules, name))
  }
  bin = join(modules, 'aftergreen', 'dist', 'bin', 'aftergreen.js')
}, 180_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('has what it needs, and nothing for tests', () => {
  const files = globSync('**/*', { cwd: join(folder, 'node_modules', 'aftergreen') })
  for (const path of [
    'LICENSE',
    'README.md',
    'package.json',
    'dist/src/cli/main.js',
    'dist/demo/run.js',
    'dist/demo/shop/environments/production/checkout.yaml',
    'dist/web/index.html',
    'dist/grammars/tree-sitter-typescript.wasm',
    'dist/src/config/coverage/tracers/python/sitecustomize.py',
    'dist/src/config/drift/config-reporter.d.ts',
    'schema/config.contract.schema.json',
  ]) {
    expect(files).toContain(path)
  }
  expect(
    files.filter((path) => /\.test\.|\/testing\/|(?<!\.d)\.ts$|^(?:test|bench|src)\//.test(path)),
  ).toEqual([])
})

it('scans a repository, and gives programs its reporter', () => {
  const shop = join(folder, 'shop')
  mkdirSync(shop)
  writeFileSync(join(shop, 'pay.ts'), 'export const url: string = process.env.PAY_URL!\n')
  const scan = spawnSync(bin, ['config', 'scan', 'shop', '--json', '--no-cache'], {
    cwd: folder,
    encoding: 'utf8',
  })
  const { keys }: { keys: { key: string }[] } = JSON.parse(scan.stdout)
  expect(keys.map(({ key }) => key)).toEqual(['PAY_URL'])
  const script =
    "console.log(typeof (await import('aftergreen/config-report')).createConfigReporter)"
  const reporter = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: folder,
    encoding: 'utf8',
  })
  expect({ out: reporter.stdout, err: reporter.stderr }).toEqual({ out: 'function\n', err: '' })
})

it('says its commands on Node 24', () => {
  const { status, stdout, stderr } = spawnSync(bin, ['--help'], { cwd: folder, encoding: 'utf8' })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout).toContain('Usage: aftergreen')
})

it('says one sentence on an older Node', () => {
  const { program, args } = olderNode()
  const { status, stdout, stderr } = spawnSync(program, [...args, bin, '--help'], {
    cwd: folder,
    encoding: 'utf8',
  })
  expect({ status, stdout }).toEqual({ status: 70, stdout: '' })
  expect(stderr).toMatch(
    /^Aftergreen needs Node 24 or newer; this is Node \d+\.\S+\. Install .*\n$/,
  )
})

it('serves its own pages and API, from an empty folder', async () => {
  const child = spawn(bin, ['serve', '--port', '0', '--otlp-port', '0', '--grpc-port', '0'], {
    cwd: folder,
  })
  const ended = new Promise<number | null>((done) => child.on('close', done))
  try {
    const url = await new Promise<string>((found, failed) => {
      let out = ''
      let err = ''
      child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        out += text
        const address = /Pages and API +(\S+)/.exec(out)?.[1]
        if (address !== undefined) found(address)
      })
      void ended.then((code) => failed(new Error(`serve ended with ${code}: ${err}`)))
    })
    const page = await (await fetch(url)).text()
    const script = /src="(\/assets\/[^"]+\.js)"/.exec(page)?.[1]
    expect((await fetch(`${url}${script}`)).headers.get('content-type')).toContain(
      'text/javascript',
    )
    expect(await (await fetch(`${url}/api/health`)).json()).toMatchObject({ status: 'ok' })
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
  } finally {
    child.kill('SIGKILL')
  }
})

/** A Node older than 24 of this machine; where there is none, this one made to say that it is. */
function olderNode(): { program: string; args: string[] } {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const older = [...folders, '/usr/bin', '/usr/local/bin']
    .map((path) => join(path, 'node'))
    .find((path) => existsSync(path) && /^v(?:1\d|2[0-3])\./.test(versionOf(path)))
  if (older !== undefined) return { program: older, args: [] }
  const pretend =
    "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.11.1' } })"
  return {
    program: process.execPath,
    args: [`--import=data:text/javascript,${encodeURIComponent(pretend)}`],
  }
}

function versionOf(program: string): string {
  return spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout ?? ''
}
