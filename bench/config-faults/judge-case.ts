import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Case } from './make-cases.ts'
import type { Rendered } from './render-files.ts'
import { runCommands } from './run-commands.ts'
import type { Command, Looked, PlantedBug, Told } from './run-commands.ts'

export interface Judged {
  of: Case
  /** An error or warning that was not there before names a key or a place of the change. */
  found: boolean
  /** First in the order in which a user would run them. */
  by?: Command
  /** Not found, but a note, advice, or a place that could not be analysed names it. */
  toldOnly: boolean
  /** New errors and warnings that name neither: of a harmless change all of them. */
  alarms: Told[]
  news: Told[]
}

const workflows = ['staging', 'production'].map(
  (side) => `${side}=.github/workflows/deploy-${side}.yaml`,
)

export class Judge {
  readonly #cache: string
  readonly #bug: PlantedBug | undefined
  readonly #bases = new Map<string, Looked>()

  constructor(cache: string, bug: PlantedBug | undefined) {
    this.#cache = cache
    this.#bug = bug
  }

  async judge(it: Case): Promise<Judged> {
    const { study, form, change, fault } = it
    const name = `${study.name}\0${form}`
    const options = {
      cache: this.#cache,
      ...(form === 'github-actions' && { environments: workflows }),
      ...(this.#bug === undefined ? {} : { bug: this.#bug }),
    }
    let base = this.#bases.get(name)
    if (base === undefined) {
      base = await within(study.root, it.before, () => runCommands(study.root, options))
      this.#bases.set(name, base)
    }
    const { contract } = base
    const declares = change.declares === undefined ? {} : { declares: change.declares }
    const after = await within(study.root, it.after, () =>
      runCommands(study.root, { ...options, contract, ...declares }),
    )
    const known = new Set(base.told.map((told) => `${told.command}\0${told.identity}`))
    const news = after.told.filter((told) => !known.has(`${told.command}\0${told.identity}`))
    const failing = news.filter(({ weight }) => weight === 'fails')
    if (!fault) return { of: it, found: false, toldOnly: false, alarms: failing, news }
    const hits = failing.filter((told) => names(told, it))
    const by = hits[0]?.command
    return {
      of: it,
      found: hits.length > 0,
      ...(by === undefined ? {} : { by }),
      toldOnly: hits.length === 0 && news.some((told) => names(told, it)),
      alarms: failing.filter((told) => !names(told, it)),
      news,
    }
  }
}

function names({ text, places }: Told, { change, after, before }: Case): boolean {
  const words = new Set(text.split(/[^A-Za-z0-9_]+/))
  if (change.keys.some((key) => words.has(key))) return true
  const own = change.keys.flatMap((key) =>
    ['staging', 'production'].flatMap(
      (side) => after.places.get(`${side} ${key}`) ?? before.places.get(`${side} ${key}`) ?? [],
    ),
  )
  return places.some(({ file, line }) =>
    own.some((place) => place.file === file && place.line === line),
  )
}

/** The files of a case beside those of the repository, while something looks at them. */
async function within<Result>(
  root: string,
  { files }: Rendered,
  look: () => Promise<Result>,
): Promise<Result> {
  for (const [path, text] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  try {
    return await look()
  } finally {
    for (const path of files.keys()) rmSync(join(root, path), { force: true })
  }
}
