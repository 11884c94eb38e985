import type { ConfigFinding } from '../config-finding.ts'
import type { ConfigReport, NotAnalysed } from '../config-report.ts'
import type { ContractProblem } from '../contract/parse-contract.ts'
import { findingId } from '../finding-id.ts'
import { countOf } from '../report/finding-words.ts'
import type { PlannedEnvironments } from '../repository/plan-environments.ts'
import type { CheckInput } from './check-input.ts'
import { checkConfiguration } from './check-configuration.ts'

export interface CheckSubject extends CheckInput {
  planned: PlannedEnvironments
  /** Of a contract that could not be read: nothing of it was applied. */
  problems?: readonly ContractProblem[]
  /** Tell only what concerns this environment. */
  only?: string
}

/** The answer of `config check`. */
export function checkReport(subject: CheckSubject): ConfigReport {
  const { environments, planned, problems = [], only, contract } = subject
  const outcome = checkConfiguration(subject)
  const concerns = ({ environments: names }: ConfigFinding): boolean =>
    only === undefined || names.length === 0 || names.includes(only)
  const findings = [...problems.map(problemFinding), ...outcome.findings.filter(concerns)]
  const notAnalysed: NotAnalysed[] = [
    ...outcome.notAnalysed,
    ...planned.notRecognised.map(({ path, reason }) => ({
      kind: 'not-rendered',
      id: idOf('not-rendered', path),
      location: { file: path, line: 1 },
      reason,
    })),
  ]
  if (environments.every(({ bindings }) => bindings.length === 0)) {
    notAnalysed.push({
      kind: 'no-environment',
      id: idOf('no-environment', ''),
      reason:
        'No environment was found, so no value was looked at: name files (production=.env.production), or declare them in the contract.',
    })
  }
  const bindings = environments.reduce((sum, it) => sum + it.bindings.length, 0)
  return {
    command: 'config check',
    headline: headlineOf(findings, environments.length),
    findings,
    accepted: [],
    notAnalysed,
    lookedAt: [
      `${countOf(environments.length, 'environment')} ${sources[planned.from]}`,
      countOf(bindings, 'binding'),
      contract === undefined
        ? problems.length > 0
          ? 'a contract that could not be read'
          : 'no contract'
        : `a contract of ${countOf(Object.keys(contract.keys ?? {}).length, 'key')} and ${countOf(contract.rules?.length ?? 0, 'rule')}`,
    ],
  }
}

const sources = {
  told: 'given on the command line',
  contract: 'of the contract',
  convention: 'found by the names of files',
}

/** What a rule says first is what may cost most. */
function headlineOf(findings: readonly ConfigFinding[], environments: number): string {
  if (findings.length === 0) {
    return environments === 0
      ? 'Nothing was found, and no value was looked at.'
      : 'Nothing was found in the values that were looked at.'
  }
  const money = findings.find(({ effect, severity }) => effect === 'money' && severity === 'error')
  const worst = money ?? findings.find(({ severity }) => severity === 'error') ?? findings[0]!
  const more = findings.length - 1
  return more === 0 ? worst.message : `${worst.message} ${countOf(more, 'more finding')}.`
}

function problemFinding({ location, message }: ContractProblem): ConfigFinding {
  // problems are told apart by what they say: lines move
  const about = { rule: 'contract/invalid', key: message, environments: [], locations: [location] }
  return {
    id: findingId(about),
    rule: about.rule,
    severity: 'error',
    evidence: 'proved',
    environments: [],
    locations: [location],
    message,
    hint: 'Correct the contract: nothing of it is applied until it can be read.',
  }
}

const idOf = (kind: string, path: string): string =>
  findingId({ rule: kind, environments: [], locations: [{ file: path, line: 1 }] })
