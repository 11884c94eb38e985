/** What a traced run comes to, as a report. Pure. */
import { observedFinding } from '../report/observed-finding.ts'
import type { UnreadInput } from '../binding.ts'
import type { ConfigFinding } from '../config-finding.ts'
import type { ConfigReport, NotAnalysed } from '../config-report.ts'
import { findingId } from '../finding-id.ts'
import type { Language } from '../key-read.ts'
import type { Location } from '../location.ts'
import { countOf } from '../report/finding-words.ts'
import { phaseOf } from '../repository/phase-of.ts'
import { coverageRatios } from './cover-keys.ts'
import type { KeyCoverage, ProductionOnly } from './key-coverage.ts'
import type { RunTrace } from './run-trace.ts'

export interface CoverageRun {
  trace: RunTrace
  /** null = by a signal. */
  exitCode: number | null
  stopped: boolean
}

export interface CoverageEnvironment {
  name: string
  files: readonly string[]
  bindings: number
  unread: readonly UnreadInput[]
}

export interface CoverageOutcome {
  keys: readonly KeyCoverage[]
  run: CoverageRun
  /** A sentence why none was taken where there is none. */
  environment: CoverageEnvironment | { none: string }
}

const languageNames: Partial<Record<Language, string>> = {
  go: 'Go', java: 'Java', kotlin: 'Kotlin', ruby: 'Ruby', rust: 'Rust', csharp: 'C#', php: 'PHP',
} // prettier-ignore
const fewNames = 8
const mostCopies = 50

export function coverageReport({ keys, run, environment }: CoverageOutcome): ConfigReport {
  const { inCode, read, noticed } = coverageRatios(keys)
  const only = keys.filter(({ productionOnly }) => productionOnly !== null)
  const complete = run.exitCode === 0 && !run.stopped && run.trace.processes.length > 0
  const name = 'name' in environment ? environment.name : undefined
  // a run that broke off says nothing about what it did not read
  const findings = complete
    ? [...only.map((key) => productionFinding(key, name ?? '')), ...unreadFindings(keys)]
    : []
  const tail = name === undefined ? '' : `; ${countOf(only.length, 'input')} only ${name} has`
  const hidden = keys.filter(
    ({ inCode, bound }) => inCode && (bound?.state === 'reference' || bound?.state === 'unknown'),
  ).length
  const processes = (language: string): number =>
    run.trace.processes.filter((process) => process.language === language).length
  return {
    command: 'config coverage',
    headline: `The run read ${read} of ${countOf(inCode, 'key')} that the code reads, and of ${noticed} a wrong value was noticed${tail}.`,
    findings,
    accepted: [],
    notAnalysed: unique([
      ...notAnalysed(run, environment),
      ...untraced(keys),
      ...filledFromCopies(keys),
      ...copies(run.trace),
    ]),
    lookedAt: [
      `${countOf(processes('javascript'), 'process', 'processes')} of Node and ${processes('python')} of Python`,
      countOf(keys.length, 'key'),
      ...('name' in environment
        ? [
            `${countOf(environment.bindings, 'binding')} of ${environment.name} in ${environment.files.slice(0, 5).join(' and ')}${environment.files.length > 5 ? ' …' : ''}`,
          ]
        : []),
      ...(hidden > 0 ? [`${countOf(hidden, 'value')} of it that nobody here can see`] : []),
    ],
  }
}

const unique = (items: readonly NotAnalysed[]): NotAnalysed[] => [
  ...new Map(items.map((item) => [item.id, item])).values(),
]

function productionFinding(
  { key, component, reads, productionOnly, effectClass, traced }: KeyCoverage,
  environment: string,
): ConfigFinding {
  const { location } = productionOnly!
  return observedFinding({
    rule: 'coverage/production-only',
    key,
    component,
    environment,
    effect: effectClass,
    locations: [location, ...reads.slice(0, 3)],
    message: productionSentence(key, environment, productionOnly!, traced?.shapes ?? []),
    hint:
      productionOnly!.reason === 'other-value'
        ? `Run a test with the value that ${environment} has.`
        : `Run a test with a value of ${key} that looks like that of ${environment}.`,
  })
}

function productionSentence(
  key: string,
  environment: string,
  { reason, shape }: ProductionOnly,
  seen: readonly string[],
): string {
  const like = shape === undefined ? '' : ` (${shape})`
  if (reason === 'never-read')
    return `${environment} sets ${key}${like}, and the run never read it.`
  if (reason === 'never-set')
    return `${environment} sets ${key}${like}; the run read it, and it never had a value.`
  if (reason === 'other-value')
    return `${key} chooses between ways to go${like}: the run read it, and never had the value of ${environment}.`
  return `${environment} sets ${key}${like}; the run had only other values: ${seen.join(', ')}.`
}

/** One note a component: keys that no environment sets here, and that nothing read. */
function unreadFindings(keys: readonly KeyCoverage[]): ConfigFinding[] {
  const unread = keys.filter(
    ({ inCode, traceable, traced, bound, copied }) =>
      inCode && traceable && traced === null && bound === null && copied === null,
  )
  return [...Map.groupBy(unread, ({ component }) => component)].map(([component, all]) => {
    const names = all.slice(0, fewNames).map(({ key }) => key)
    const more = all.length - names.length
    const where = component === '' ? 'The run' : `In ${component}, the run`
    const finding: Omit<ConfigFinding, 'id'> = {
      rule: 'coverage/not-read',
      severity: 'note',
      evidence: 'observed',
      component,
      environments: [],
      locations: all.flatMap(({ reads }) => reads.slice(0, 1)).slice(0, 20),
      message: `${where} did not read ${countOf(all.length, 'key')} that the code reads: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`,
      hint: 'Whatever they are set to, the tests end as they do. Test the code that reads them.',
    }
    return { id: findingId(finding), ...finding }
  })
}

function notAnalysed(
  { trace, exitCode, stopped }: CoverageRun,
  environment: CoverageOutcome['environment'],
): NotAnalysed[] {
  const items: NotAnalysed[] = []
  const tell = (kind: string, id: string, reason: string, location?: Location): void =>
    void items.push({ kind, id: `${kind}:${id}`, reason, ...(location && { location }) })
  if (stopped) {
    tell('test-command', 'stopped', 'The run was stopped: what it did not read cannot be told.')
  } else if (exitCode !== 0) {
    const end = exitCode === null ? 'was ended by a signal' : `ended with ${exitCode}`
    tell('test-command', 'failed', `The test command ${end}: what it did not read cannot be told.`)
  }
  if (trace.processes.length === 0) {
    const why = 'No process of Node or Python was traced'
    tell('no-trace', 'none', `${why}: there was none, or it got another environment.`)
  }
  for (const problem of trace.problems) tell('trace', problem, problem)
  if ('none' in environment) tell('environment', 'none', environment.none)
  else {
    for (const { location, reason } of environment.unread) {
      tell('unread-input', `${location.file}:${reason}`, reason, location)
    }
  }
  return items
}

/** Languages without a tracer, whose keys stay where the scanner left them. */
function untraced(keys: readonly KeyCoverage[]): NotAnalysed[] {
  const stay = keys.filter(({ inCode, traceable, traced }) => inCode && !traceable && !traced)
  return Object.entries(languageNames).flatMap(([language, name]) => {
    const all = stay.filter(({ languages }) => languages.some((it) => it === language))
    const location = all[0]?.reads[0]
    if (location === undefined) return []
    const reason = `${name} is not traced: ${countOf(all.length, 'key')} that it reads cannot come higher than C2.`
    return [{ kind: 'language', id: `language:${language}`, location, reason }]
  })
}

/** Settings classes that a library fills from a copy of the environment. */
function filledFromCopies(keys: readonly KeyCoverage[]): NotAnalysed[] {
  const filled = keys.flatMap((key) => (key.copied === null ? [] : [key.copied]))
  return [...Map.groupBy(filled, ({ file }) => file)].map(([file, [location, ...others]]) => ({
    kind: 'whole-object',
    id: `settings:${file}`,
    ...(location && { location }),
    reason: `A library copies the environment here: whether the run read ${countOf(others.length + 1, 'key')} of settings classes cannot be told.`,
  }))
}

/** Where a copy of the whole environment was made outside of tests: who reads the copy is not seen. */
function copies({ processes }: RunTrace): NotAnalysed[] {
  const places = new Map<string, Location>()
  for (const { by, at } of processes.flatMap((process) => process.copies)) {
    if (by === 'project' && phaseOf(at.file) !== 'test' && !places.has(at.file)) {
      places.set(at.file, at)
    }
  }
  return [...places.values()].slice(0, mostCopies).map((location) => ({
    kind: 'whole-object',
    id: `whole-object:${location.file}`,
    location,
    reason: 'The whole environment is copied here: who reads the copy is not seen.',
  }))
}
