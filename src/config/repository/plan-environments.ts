import type { ConfigContract } from '../contract/config-contract.ts'
import type { FoundEnvironments } from './find-environments.ts'
import { findEnvironments } from './find-environments.ts'
import type { EnvironmentPlan } from './load-environments.ts'

export interface PlannedEnvironments {
  plans: EnvironmentPlan[]
  /** `told`: on the command line; `contract`; `convention`: by the names of files. */
  from: 'told' | 'contract' | 'convention'
  /** Only with `convention`. */
  notRecognised: FoundEnvironments['notRecognised']
}

/**
 * Which environments there are: those that the command line names (`name=path,path`, or a path that tells its name), else
 * those of the contract, else those that the names of files tell.
 */
export function planEnvironments(
  told: readonly string[],
  contract: ConfigContract | undefined,
  files: readonly string[],
): PlannedEnvironments {
  if (told.length > 0) {
    const plans = new Map<string, EnvironmentPlan['files'][number][]>()
    for (const text of told) {
      const { name, paths } = namedPaths(text)
      const list = plans.get(name) ?? []
      list.push(...paths.map((path) => ({ path, anywhere: true })))
      plans.set(name, list)
    }
    return {
      plans: [...plans].map(([name, list]) => ({ name, files: list })),
      from: 'told',
      notRecognised: [],
    }
  }
  const declared = Object.entries(contract?.environments ?? {})
  if (declared.length > 0) {
    const plans = declared.map(([name, { production, files: list }]): EnvironmentPlan => ({
      name,
      ...(production === undefined ? {} : { production }),
      files: list.map((file) => {
        if (typeof file === 'string') return { path: file }
        const { path, as, dialects, component } = file
        return {
          path,
          ...(as === undefined ? {} : { as }),
          ...(dialects === undefined ? {} : { dialects }),
          ...(component === undefined ? {} : { component }),
        }
      }),
    }))
    return { plans, from: 'contract', notRecognised: [] }
  }
  const { environments, notRecognised } = findEnvironments(files)
  return { plans: environments, from: 'convention', notRecognised }
}

function namedPaths(text: string): { name: string; paths: string[] } {
  const named = /^([\w.-]{1,100})=(.+)$/.exec(text)
  if (named !== null) {
    return { name: named[1]!, paths: named[2]!.split(',').filter((path) => path !== '') }
  }
  const path = text.replaceAll('\\', '/').replace(/^(\.\.?\/)+/, '')
  const found = findEnvironments([path]).environments[0]?.name
  const file = path.slice(path.lastIndexOf('/') + 1)
  return { name: found ?? (file.replace(/^\.+/, '').replace(/\.\w+$/, '') || file), paths: [text] }
}
