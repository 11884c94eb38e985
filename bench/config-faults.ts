/**
 * How many labelled faults of configuration the commands find, and how often a harmless change makes them speak.
 *
 *   node bench/config-faults.ts --repositories DIR[,DIR...] [--seed 1] [--count 500] [--only NAME,NAME]
 *     [--forms FORM,FORM] [--plant-bug packs|diff] [--explain] [--json]
 *
 * A DIR is a clone, or a folder of clones. Of each repository's samples, Compose files and environments a plausible staging
 * and production are made, written in one of these forms: dotenv, compose, env-file, kubernetes; with --forms also
 * terraform and github-actions; each case changes one thing, with a label from before anything looks at
 * it. Then config scan, config check (without a contract, and with the one of config init) and config diff run over both.
 * `--explain` lists the faults that were not found and every false alarm. Exit code 0; 64: wrong usage.
 */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import { forms, formsByName } from './config-faults/configuration.ts'
import type { Form } from './config-faults/configuration.ts'
import { Judge } from './config-faults/judge-case.ts'
import type { Judged } from './config-faults/judge-case.ts'
import { makeCases } from './config-faults/make-cases.ts'
import { categories, summary, tableText } from './config-faults/print-results.ts'
import { studyRepository } from './config-faults/study-repository.ts'
import type { Study } from './config-faults/study-repository.ts'

const usage =
  'node bench/config-faults.ts --repositories DIR[,DIR...] [--seed 1] [--count 500] [--only NAME,NAME] [--forms FORM,FORM] [--plant-bug packs|diff] [--explain] [--json]\n'

function readFlags() {
  return parseArgs({
    options: {
      repositories: { type: 'string' },
      seed: { type: 'string', default: '1' },
      count: { type: 'string', default: '500' },
      only: { type: 'string' },
      forms: { type: 'string' },
      'plant-bug': { type: 'string' },
      explain: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  }).values
}

/** Clones among the folders, and in them. */
function repositoriesIn(folders: readonly string[], only: readonly string[] | undefined): string[] {
  const isClone = (path: string): boolean => readdirSync(path).includes('.git')
  const found = folders.flatMap((folder) => {
    if (isClone(folder)) return [folder]
    const inside = readdirSync(folder)
      .toSorted()
      .map((name) => join(folder, name))
    return inside.filter((path) => statSync(path).isDirectory())
  })
  return found.filter((path) => only === undefined || only.includes(basename(path)))
}

/** Undefined: one of them is none. */
function formsOf(told: string | undefined): readonly Form[] | undefined {
  if (told === undefined) return formsByName
  const found = told.split(',').map((name) => forms.find((form) => form === name))
  return found.some((form) => form === undefined)
    ? undefined
    : found.filter((form) => form !== undefined)
}

async function main(): Promise<number> {
  let flags
  try {
    flags = readFlags()
  } catch {
    process.stderr.write(usage)
    return 64
  }
  if (flags.help) {
    process.stdout.write(usage)
    return 0
  }
  const [seed, count] = [Number(flags.seed), Number(flags.count)]
  const bug = flags['plant-bug']
  const written = formsOf(flags.forms)
  if (
    flags.repositories === undefined ||
    !Number.isSafeInteger(seed) ||
    !Number.isSafeInteger(count) ||
    count < 1 ||
    written === undefined ||
    (bug !== undefined && bug !== 'packs' && bug !== 'diff')
  ) {
    process.stderr.write(usage)
    return 64
  }
  const started = performance.now()
  const work = mkdtempSync(join(tmpdir(), 'aftergreen-config-faults-'))
  try {
    const cache = join(work, 'cache')
    const studies: Study[] = []
    for (const path of repositoriesIn(flags.repositories.split(','), flags.only?.split(','))) {
      const name = basename(path)
      const study = await studyRepository(name, path, join(work, name), seed, cache)
      const { production } = study.base('dotenv').sides
      process.stderr.write(
        `${name}: ${production.length} keys; the copy reads ${(study.kept * 100).toFixed(1)} % of what the repository reads\n`,
      )
      studies.push(study)
    }
    const cases = makeCases(studies, count, seed, written)
    const judge = new Judge(cache, bug)
    const judged: Judged[] = []
    for (const it of cases) {
      judged.push(await judge.judge(it))
      if (judged.length % 50 === 0) process.stderr.write(`${judged.length} of ${cases.length}\n`)
    }
    const seconds = (performance.now() - started) / 1000
    const whole = summary(judged, seconds)
    if (flags.json) {
      const list = judged.map(({ of, found, by, toldOnly, alarms }) => ({
        id: of.id,
        category: of.category,
        fault: of.fault,
        repository: of.study.name,
        form: of.form,
        keys: of.change.keys,
        what: of.change.what,
        found,
        ...(by === undefined ? {} : { by }),
        toldOnly,
        alarms: alarms.map(({ command, text }) => ({ command, text })),
      }))
      process.stdout.write(
        `${JSON.stringify({ seed, whole, faults: categories(judged, true), harmless: categories(judged, false), cases: list }, null, 2)}\n`,
      )
      return 0
    }
    process.stdout.write(
      `${tableText(categories(judged, true))}\n\n${tableText(categories(judged, false))}\n\n`,
    )
    for (const [name, value] of Object.entries(whole)) {
      process.stdout.write(`${name}: ${String(value)}\n`)
    }
    if (flags.explain) explain(judged)
    return 0
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

function explain(judged: readonly Judged[]): void {
  for (const { of, found, toldOnly, alarms, news } of judged) {
    const head = `#${of.id} ${of.study.name} ${of.form} ${of.category}: ${of.change.what} [${of.change.keys.join(' ')}]`
    if (of.fault && !found) {
      const said = news
        .map(({ command, text }) => `    ${command}: ${text.slice(0, 160)}\n`)
        .slice(0, 3)
      process.stdout.write(`${toldOnly ? 'TOLD ONLY' : 'MISSED'} ${head}\n${said.join('')}`)
    }
    for (const { command, text } of alarms.slice(0, 4)) {
      process.stdout.write(
        `${of.fault ? 'OTHER ALARM' : 'FALSE ALARM'} ${head}\n    ${command}: ${text.slice(0, 220)}\n`,
      )
    }
  }
}

process.exitCode = await main()
