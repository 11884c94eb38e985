/** The decision table of `config flags`: what each environment gets from each source. */
import type { FlagView } from './flag-view.ts'
import { sameShares, valuesOf } from './flag-view.ts'
import { decisionText, downText } from './flag-words.ts'

export interface FlagRow {
  key: string
  platform: string
  purpose?: string
  /** What the code takes alone. */
  codeDefault: string
  environments: EnvironmentRow[]
  /** `If the flag service is down at boot, production gets false (now true).` */
  sentence: string
}

export interface EnvironmentRow {
  name: string
  on: boolean
  /** Without a context: now, when switched on, when switched off, and without the platform. */
  now: string
  platformDefault: string
  platformDisabled: string
  codeDefault: string
  /** With each rule's own context. */
  rules: { name: string; gets: string }[]
  /** True, false, or undefined where it cannot be told: the answer changes when the service is down. */
  changesWhenDown?: boolean
}

const notAsked =
  'No code here asks for it: nothing says what a program does when the flag service is down.'

export function flagTable(views: readonly FlagView[]): FlagRow[] {
  return views.map((view) => {
    const codeDefault = downText(view)
    const environments = view.environments.map(
      ({ environment, now, enabled, off, rules }): EnvironmentRow => {
        const changes = changesWhenDown(view, environment.name)
        return {
          name: environment.name,
          on: environment.on,
          now: decisionText(view, now),
          platformDefault: decisionText(view, enabled),
          platformDisabled: decisionText(view, off),
          codeDefault,
          rules: rules
            .filter(({ rule }) => rule.serve.is !== 'default')
            .map(({ rule, decision }) => ({
              name: rule.name,
              gets: decision === undefined ? 'unknown' : decisionText(view, decision),
            })),
          ...(changes === undefined ? {} : { changesWhenDown: changes }),
        }
      },
    )
    const parts = environments.map(({ name, now }) =>
      now === codeDefault
        ? `${name} gets ${codeDefault}, as now`
        : `${name} gets ${codeDefault} (now ${now})`,
    )
    return {
      key: view.flag.key,
      platform: view.flag.platform,
      ...(view.flag.purpose === undefined ? {} : { purpose: view.flag.purpose }),
      codeDefault,
      environments,
      sentence:
        view.evaluations.length === 0
          ? notAsked
          : `If the flag service is down at boot, ${parts.join(', ')}.`,
    }
  })
}

/** Whether an environment gets something else from the code alone; undefined where that cannot be told. */
export function changesWhenDown(view: FlagView, name: string): boolean | undefined {
  const found = view.environments.find(({ environment }) => environment.name === name)
  if (found === undefined || found.now.unknown !== undefined || view.codeDefaults.length !== 1)
    return undefined
  return !sameShares(valuesOf(view, found.now), new Map([[view.codeDefaults[0]!, 100]]))
}
