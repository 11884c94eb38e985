/** Histories planted in real repositories: what is a change of a value, and what is not. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { configAgeCommand } from '../src/cli/commands/config-age.ts'
import { ageFindings } from '../src/config/age/age-findings.ts'
import type { KeyAge } from '../src/config/age/key-age.ts'
import { measureAges } from '../src/config/age/measure-ages.ts'
import type { AgesMeasured } from '../src/config/age/measure-ages.ts'
import type { KeyRead } from '../src/config/key-read.ts'
import { walkRepository } from '../src/config/repository/walk-repository.ts'

const folders: string[] = []

afterEach(() => {
  process.exitCode = 0
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

class Planted {
  readonly root = mkdtempSync(join(tmpdir(), 'aftergreen-age-'))

  constructor() {
    folders.push(this.root)
    this.git('2015-01-01', 'init', '-q', '-b', 'main')
  }

  git(day: string, ...args: string[]): string {
    const time = `${day}T12:00:00Z`
    const who = ['-c', 'user.name=a', '-c', 'user.email=a@b.c', '-c', 'commit.gpgsign=false']
    return execFileSync('git', [...who, ...args], {
      cwd: this.root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, GIT_AUTHOR_DATE: time, GIT_COMMITTER_DATE: time },
    })
  }

  write(files: Record<string, string | null>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.root, path)), { recursive: true })
      if (text === null) rmSync(join(this.root, path))
      else writeFileSync(join(this.root, path), text)
    }
  }

  commit(day: string, files: Record<string, string | null>): void {
    this.write(files)
    this.git(day, 'add', '-A')
    this.git(day, 'commit', '-q', '-m', day)
  }

  async measure(options: { mostCommits?: number } = {}): Promise<AgesMeasured> {
    const { files } = await walkRepository(this.root)
    const reads = files.flatMap((file) => readsIn(this.root, file))
    const now = Date.parse('2026-11-23') / 1000
    return measureAges(this.root, { reads, files, now, budgetMs: 30_000, ...options })
  }
}

/** What the scanner finds in these files, without its start. */
function readsIn(root: string, file: string): KeyRead[] {
  if (!file.endsWith('.ts')) return []
  const lines = readFileSync(join(root, file), 'utf8').split('\n')
  return lines.flatMap((text, index) =>
    [...text.matchAll(/process\.env\.(\w+)/g)].map(([, key]) => ({
      key: key!,
      template: false,
      tier: 'direct',
      language: 'typescript',
      location: { file, line: index + 1 },
      component: '',
      phase: file.includes('.test.') ? 'test' : 'run',
    })),
  )
}

const of = ({ ages }: AgesMeasured, key: string): KeyAge => ages.find((age) => age.key === key)!
const reader = 'export function port() {\n  return Number(process.env.A_PORT)\n}\n'

test('order, comments, quotes, renames and moves are no change; back and forth is', async () => {
  const planted = new Planted()
  planted.commit('2018-01-01', {
    '.env.production': 'A_PORT=80\nB_HOST=db\nC_MODE=one\n',
    'a.ts': reader,
  })
  planted.commit('2019-01-01', {
    '.env.production': '# all of it\nC_MODE="one"\n\nexport B_HOST=\'db\' # here\nA_PORT="80"\n',
  })
  planted.commit('2020-01-01', { '.env.production': 'C_MODE=two\nB_HOST=db\nA_PORT=80\n' })
  planted.commit('2021-01-01', { '.env.production': 'C_MODE=one\nB_HOST=db\nA_PORT=80\n' })
  planted.git('2022-01-01', 'mv', '.env.production', 'production.env')
  planted.commit('2022-01-01', {})
  planted.commit('2023-01-01', {
    'production.env': 'C_MODE=one\nA_PORT=80\n',
    'db.production.env': 'B_HOST=db\n',
    'c.ts': 'export const mode = process.env.C_MODE ?? process.env.B_HOST\n',
  })
  const measured = await planted.measure()
  expect(of(measured, 'A_PORT')).toMatchObject({
    introduced: { date: '2018-01-01' },
    valueChanged: { date: '2018-01-01', atOrBefore: false },
    valueChanges: 0,
    moved: { date: '2022-01-01' },
    environmentChanged: { environment: 'production' },
    places: [{ file: 'production.env', environment: 'production' }],
    readers: [{ file: 'a.ts', line: 2, changed: { date: '2018-01-01' }, rewritten: null }],
  })
  expect(of(measured, 'B_HOST')).toMatchObject({
    valueChanged: { date: '2018-01-01' },
    moved: { date: '2023-01-01' },
    places: [{ file: 'db.production.env' }],
  })
  expect(of(measured, 'C_MODE')).toMatchObject({
    introduced: { date: '2018-01-01' },
    valueChanged: { date: '2021-01-01' },
    valueChanges: 2,
  })
  expect(measured.notAnalysed).toEqual([])
})

test('a merge changes only what it decides itself', async () => {
  const planted = new Planted()
  const text = (a: number, b: number, c: number): string =>
    `A_ONE=${a}\n\n\n\nB_TWO=${b}\n\n\n\nC_THREE=${c}\n`
  planted.commit('2018-01-01', {
    '.env.staging': text(1, 1, 1),
    'a.ts': 'export const all = [process.env.A_ONE, process.env.B_TWO, process.env.C_THREE]\n',
  })
  planted.git('2019-01-01', 'checkout', '-q', '-b', 'side')
  planted.commit('2019-01-01', { '.env.staging': text(2, 1, 1) })
  planted.git('2020-01-01', 'checkout', '-q', 'main')
  planted.commit('2020-01-01', { '.env.staging': text(1, 2, 1) })
  planted.git('2021-01-01', 'merge', '-q', '--no-commit', 'side')
  planted.commit('2021-01-01', { '.env.staging': text(2, 2, 3) })
  const measured = await planted.measure()
  expect(of(measured, 'A_ONE').valueChanged!.date).toBe('2019-01-01')
  expect(of(measured, 'B_TWO').valueChanged!.date).toBe('2020-01-01')
  expect(of(measured, 'C_THREE').valueChanged!.date).toBe('2021-01-01')
})

test('environments, what is not committed, and what goes', async () => {
  const planted = new Planted()
  planted.commit('2018-01-01', {
    '.env.staging': 'A_PORT=1\n',
    '.env.production': 'A_PORT=1\nB_GONE=1\nC_NEW=1\n',
    '.env.example': 'C_NEW=\n',
    'a.ts': `${reader}export const gone = [process.env.B_GONE, process.env.C_NEW]\n`,
  })
  planted.commit('2020-01-01', { '.env.production': 'A_PORT=2\nB_GONE=1\nC_NEW=1\n' })
  planted.commit('2022-01-01', { '.env.production': 'A_PORT=2\nC_NEW=1\n' })
  planted.write({ '.env.production': 'A_PORT=2\nC_NEW=secret-of-today\n' })
  const measured = await planted.measure()
  expect(of(measured, 'A_PORT').environmentChanged).toMatchObject({
    environment: 'production',
    moment: { date: '2020-01-01' },
  })
  expect(of(measured, 'B_GONE')).toMatchObject({ valueChanged: null, places: [] })
  expect(of(measured, 'B_GONE').environmentChanged!.moment.date).toBe('2022-01-01')
  expect(of(measured, 'C_NEW').valueChanged).toMatchObject({
    commit: 'uncommitted',
    date: '2026-11-23',
  })
  expect(JSON.stringify(measured)).not.toContain('secret-of-today')
})

test('the code of a reader: reformatted, moved, rewritten; and what is worth a look', async () => {
  const body = ['const port = Number(process.env.A_PORT)', 'if (Number.isNaN(port)) throw new Error("no port")', 'console.log("listening soon")', 'return startServer(port, "0.0.0.0")'] // prettier-ignore
  const other = ['const given = process.env.A_PORT', 'const parts = given.split(":")', 'const where = { host: parts[0], port: parts[1] }', 'return listenOn(where)'] // prettier-ignore
  const file = (lines: string[], indent: string, end: string): string =>
    `export function start() {\n${lines.map((line) => `${indent}${line}${end}\n`).join('')}}\n`
  const moving = (name: string): string =>
    `export function ${name}() {\n  const host = process.env.B_HOST\n  console.log('connecting to it')\n  return connectTo(host, 5432, { retries: 3 })\n}\n`
  const padding = Array.from(
    { length: 30 },
    (_, n) => `export const number${n} = ${n} * ${n}\n`,
  ).join('')
  const planted = new Planted()
  planted.commit('2018-01-01', {
    '.env.production': 'A_PORT=80\nB_HOST=db\n',
    'src/a.ts': file(body, '  ', ''),
    'src/old.ts': padding + moving('connect'),
    'src/new.ts': padding,
  })
  planted.commit('2019-01-01', {
    'src/a.ts': `// why\n${file(body, '\t', ';').replaceAll('"', "'")}`,
  })
  planted.commit('2020-01-01', { 'src/old.ts': padding, 'src/new.ts': padding + moving('connect') })
  const before = await planted.measure()
  expect(of(before, 'A_PORT').readers).toMatchObject([
    { changed: { date: '2018-01-01' }, rewritten: null },
  ])
  expect(of(before, 'B_HOST').readers).toMatchObject([
    { file: 'src/new.ts', changed: { date: '2018-01-01' }, rewritten: null },
  ])
  planted.commit('2022-01-01', { 'src/a.ts': file(other, '  ', ''), 'b.test.ts': moving('proved') })
  const { ages } = await planted.measure()
  expect(of({ ages } as AgesMeasured, 'A_PORT').readers).toMatchObject([
    { changed: { date: '2022-01-01' }, rewritten: { date: '2022-01-01' } },
  ])
  const rules = { olderThan: '2024-11-23', today: '2026-11-23' }
  const [found, ...rest] = ageFindings(ages, rules)
  expect(rest).toEqual([])
  expect(found).toMatchObject({
    rule: 'age/reader-rewritten',
    key: 'A_PORT',
    locations: [{ file: 'src/a.ts' }],
  })
  expect(found!.message).toContain('2022-01-01')
  // young values are never raised, whatever else is true of them
  expect(ageFindings(ages, { ...rules, olderThan: '2018-01-01' })).toEqual([])
  const contract = { version: 1 as const, keys: { B_HOST: { expires: '2025-01-01' } } }
  expect(ageFindings(ages, { ...rules, contract }).map(({ rule }) => rule)).toEqual([
    'age/reader-rewritten',
    'age/expired',
  ])
  const coverage = new Map([
    ['A_PORT', 4],
    ['B_HOST', 2],
  ])
  expect(ageFindings(ages, { ...rules, coverage }).map(({ rule }) => rule)).toEqual([
    'age/reader-rewritten',
    'age/unproved',
  ])
})

test('where the history ends, the answer says so', async () => {
  const planted = new Planted()
  planted.commit('2018-01-01', {
    '.env.production': 'A_PORT=80\nB_HOST=a\n',
    'a.ts': `${reader}export const b = process.env.B_HOST\n`,
  })
  planted.commit('2019-01-01', { 'README.md': 'x\n' })
  planted.commit('2020-01-01', { '.env.production': 'A_PORT=80\nB_HOST=b\n' })
  const cut = await planted.measure({ mostCommits: 2 })
  expect(of(cut, 'A_PORT').valueChanged).toMatchObject({ date: '2019-01-01', atOrBefore: true })
  expect(of(cut, 'B_HOST').valueChanged).toMatchObject({ date: '2020-01-01', atOrBefore: false })
  expect(cut.notAnalysed.map(({ id }) => id)).toEqual(['history/cut'])
  const shallow = new Planted()
  rmSync(shallow.root, { recursive: true })
  planted.git('2020-01-01', 'clone', '-q', '--depth', '1', `file://${planted.root}`, shallow.root)
  const measured = await shallow.measure()
  expect(of(measured, 'B_HOST').valueChanged).toMatchObject({
    date: '2020-01-01',
    atOrBefore: true,
  })
  expect(measured.notAnalysed).toMatchObject([{ id: 'history/shallow', kind: 'history' }])
  const below = new Planted()
  below.commit('2018-01-01', {
    'app/.env.production': 'A_PORT=1\n',
    'app/a.ts': reader,
    '.env': 'A_PORT=3\n',
  })
  below.commit('2020-01-01', { '.env': 'A_PORT=4\n' })
  const said: string[] = []
  const terminal = { say: (line: string) => said.push(line), note: () => {}, colour: { out: false, err: false }, width: 100, env: {} } // prettier-ignore
  const run = (...args: string[]): Promise<unknown> =>
    configAgeCommand(terminal).exitOverride().parseAsync(args, { from: 'user' })
  await run(
    join(below.root, 'app'),
    '--json',
    '--no-cache',
    '--today',
    '2026-11-23',
    '--older-than',
    '8y',
  )
  const document = JSON.parse(said.join('\n')) as {
    olderThan: string
    keys: KeyAge[]
    findings: unknown[]
  }
  expect(document).toMatchObject({ olderThan: '2018-11-23', findings: [{ rule: 'age/unproved' }] })
  expect(document.keys).toMatchObject([{ key: 'A_PORT', places: [{ file: '.env.production' }] }])
  expect(process.exitCode).toBe(1)
})

test('no git, no commit, hostile names: a clear error, or no harm', async () => {
  const planted = new Planted()
  await expect(planted.measure()).rejects.toMatchObject({ code: 'CONFIG_HISTORY' })
  planted.commit('2018-01-01', {
    ':100644 x\n\u0001.env.production': 'A_PORT=80\n',
    'a\tb/.env.production': 'A_PORT="80\n'.repeat(2000),
    '.env.production': 'A_PORT=80\n',
    'a.ts': reader,
  })
  planted.commit('2019-01-01', { '.env.production': `A_PORT=${'9'.repeat(3_000_000)}\n` })
  planted.commit('2020-01-01', { '.env.production': 'A_PORT=80\n' })
  const measured = await planted.measure()
  expect(of(measured, 'A_PORT').valueChanged!.date).toBe('2018-01-01')
  expect(measured.notAnalysed.map(({ id }) => id)).toEqual(['history/unread'])
  // a partial clone does not hold every version
  const lost = planted.git('2020-01-01', 'rev-parse', 'HEAD:a.ts').trim()
  planted.commit('2021-01-01', { 'a.ts': `${reader}// more of it\n` })
  rmSync(join(planted.root, '.git/objects', lost.slice(0, 2), lost.slice(2)))
  expect(of(await planted.measure(), 'A_PORT').readers).toHaveLength(1)
  rmSync(join(planted.root, '.git'), { recursive: true })
  await expect(planted.measure()).rejects.toMatchObject({ code: 'CONFIG_HISTORY' })
})
