/** What a user runs over a folder, through the functions of the commands themselves. */
import { diffEnvironments } from '../../src/config/diff/diff-environments.ts'
import { diffReport } from '../../src/config/diff/diff-report.ts'
import type { ConfigFinding } from '../../src/config/config-finding.ts'
import type { NotAnalysed } from '../../src/config/config-report.ts'
import type { ConfigContract } from '../../src/config/contract/config-contract.ts'
import { contractText } from '../../src/config/contract/contract-text.ts'
import { inferContract } from '../../src/config/contract/infer-contract.ts'
import { parseContract } from '../../src/config/contract/parse-contract.ts'
import { packs } from '../../src/config/packs/packs.ts'
import { componentsOf } from '../../src/config/repository/component-of.ts'
import { loadEnvironments } from '../../src/config/repository/load-environments.ts'
import { phaseOf } from '../../src/config/repository/phase-of.ts'
import { planEnvironments } from '../../src/config/repository/plan-environments.ts'
import { readDeclarations } from '../../src/config/repository/read-declarations.ts'
import { checkReport } from '../../src/config/rules/check-report.ts'
import { scanReport } from '../../src/config/rules/scan-findings.ts'
import { scanKeys } from '../../src/config/rules/scan-keys.ts'
import { scanRepository } from '../../src/config/scan/scan-repository.ts'

export const commands = ['scan', 'check', 'check with contract', 'diff'] as const
export type Command = (typeof commands)[number]

/** What a broken detector lacks: the table must show it. */
export type PlantedBug = 'packs' | 'diff'

export interface Told {
  /** Errors and warnings fail; a note, advice of the comparison, or a place that was not analysed does not. */
  weight: 'fails' | 'told'
  command: Command
  /** The same before and after where nothing new is said. */
  identity: string
  text: string
  places: { file: string; line: number }[]
}

export interface Looked {
  told: Told[]
  /** Text of the contract that `config init` would write here. */
  contract: string
}

const today = '2026-06-01'

export async function runCommands(
  root: string,
  {
    cache,
    contract: given,
    declares = {},
    environments: named = [],
    bug,
  }: {
    cache: string
    /** `NAME=FILE`: as the command line names them; left out = by the names of files. */
    environments?: readonly string[]
    /** Text; left out = none was written yet. */
    contract?: string
    declares?: NonNullable<ConfigContract['keys']>
    bug?: PlantedBug
  },
): Promise<Looked> {
  const scanned = await scanRepository(root, { cache, threads: 1 })
  const { files, reads, residual } = scanned
  const { declarations } = await readDeclarations(root, files)
  const componentOf = componentsOf(files)
  const opaque = residual.wholeObject.filter(({ location }) => phaseOf(location.file) !== 'test')
  const keys = scanKeys({
    reads,
    declarations,
    opaqueComponents: new Set(opaque.map(({ location }) => componentOf(location.file))),
    componentOf,
  })
  const open = [...residual.dynamic, ...residual.wholeObject, ...residual.unparsed]
  const readsOpenly = open.some(({ location }) => phaseOf(location.file) !== 'test')
  const told: Told[] = [...reported('scan', scanReport(keys, residual, []))]

  const planned = planEnvironments(named, undefined, files)
  const environments = loadEnvironments(root, planned.plans, files)
  const text =
    given ??
    contractText(inferContract({ reads, declarations, environments, plans: planned.plans }))
  const parsed = parseContract(text, 'config.contract.yaml')
  const own = parsed.contract ?? { version: 1 as const }
  const merged: ConfigContract = { ...own, keys: { ...own.keys } }
  for (const [key, rules] of Object.entries(declares)) {
    merged.keys![key] = { ...(own.keys ?? {})[key], ...rules }
  }
  const withoutPacks =
    bug === 'packs' ? Object.fromEntries(packs.map(({ name }) => [name, 'a planted bug'])) : {}
  const subject = { declarations, reads, readsOpenly, today }
  const intent: ConfigContract = { version: 1, keys: declares }
  const bare: ConfigContract | undefined =
    bug === 'packs' ? { version: 1, withoutPacks } : undefined
  // who declares an intent has a contract
  if (Object.keys(declares).length === 0) {
    const report = checkReport({
      ...subject,
      environments,
      planned,
      ...(bare === undefined ? {} : { contract: bare }),
    })
    told.push(...reported('check', report))
  }
  const plannedBy = planEnvironments([], merged, files)
  const report = checkReport({
    ...subject,
    environments: loadEnvironments(root, plannedBy.plans, files),
    planned: plannedBy,
    contract: { ...merged, withoutPacks },
    placeOf: (path) => parsed.placeOf(path),
    problems: parsed.problems,
  })
  told.push(...reported('check with contract', report))

  const [staging, production] = ['staging', 'production'].map((name) =>
    environments.find((it) => it.name === name),
  )
  if (bug !== 'diff' && staging !== undefined && production !== undefined) {
    const compared = diffEnvironments({
      environments: [staging, production],
      reads,
      today,
      ...(Object.keys(declares).length === 0 ? {} : { contract: intent }),
    })
    const around = { unread: [...staging.unread, ...production.unread], lookedAt: [] }
    told.push(...reported('diff', diffReport(compared, around)))
    for (const {
      key,
      intent: how,
      kind,
      components,
      blocking,
      sides,
      because,
    } of compared.differences) {
      if (blocking || how === 'derived' || how === 'declared') continue
      told.push({
        weight: 'told',
        command: 'diff',
        identity: ['advice', key, how, kind, components.toSorted().join(), because].join('\0'),
        text: `${how} ${key}`,
        places: sides.flatMap(({ location }) => (location === undefined ? [] : [location])),
      })
    }
  }
  return { told, contract: text }
}

function* reported(
  command: Command,
  {
    findings,
    notAnalysed,
  }: { findings: readonly ConfigFinding[]; notAnalysed: readonly NotAnalysed[] },
): Generator<Told> {
  for (const {
    rule,
    key = '',
    component = '',
    environments,
    severity,
    message,
    locations,
  } of findings) {
    yield {
      weight: severity === 'note' ? 'told' : 'fails',
      command,
      identity: [rule, key, component, environments.toSorted().join(), severity].join('\0'),
      text: `${rule} ${key} ${message}`,
      places: [...locations],
    }
  }
  for (const { kind, reason, location } of notAnalysed) {
    yield {
      weight: 'told',
      command,
      identity: ['not-analysed', kind, reason].join('\0'),
      text: `${kind} ${reason}`,
      places: location === undefined ? [] : [location],
    }
  }
}
