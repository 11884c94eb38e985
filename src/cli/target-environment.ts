import { relative, resolve } from 'node:path'

import type { ConfigContract } from '../config/contract/config-contract.ts'
import type { EnvironmentPlan, LoadedEnvironment } from '../config/repository/load-environments.ts'
import { AftergreenError } from '../errors.ts'

export type TargetEnvironment = { contract?: ConfigContract } & (
  | { plan: EnvironmentPlan; loaded: LoadedEnvironment; none?: never }
  /** A sentence why there is none. */
  | { plan?: never; loaded?: never; none: string }
)

/**
 * The environment that `--environment` names (a name, or NAME=FILE[,FILE]), else the one that is production.
 *
 * @throws CONFIG_ENVIRONMENT, CONFIG_CONTRACT
 */
export async function readTarget(
  root: string,
  files: readonly string[],
  flags: { environment?: string; contract?: string },
): Promise<TargetEnvironment> {
  const [{ planTarget }, { loadEnvironments }, { readContractFile }] = await Promise.all([
    import('../config/coverage/plan-target.ts'),
    import('../config/repository/load-environments.ts'),
    import('./read-contract-file.ts'),
  ])
  const contract = await readContractFile(root, flags.contract)
  const plan = planTarget(flags.environment, files, contract, (path) =>
    relative(root, resolve(path)),
  )
  const given = contract === undefined ? {} : { contract }
  if ('none' in plan) return { ...given, none: plan.none }
  if ('unknown' in plan) {
    const found = plan.unknown.slice(0, 20).join(', ')
    throw new AftergreenError(
      'CONFIG_ENVIRONMENT',
      `There is no environment ${flags.environment}.`,
      {
        hint: `${found === '' ? 'None was found' : `Found: ${found}`}. Name its files: NAME=FILE,FILE`,
      },
    )
  }
  const [loaded] = loadEnvironments(root, [plan], files)
  if (loaded === undefined) throw new Error('one environment was planned')
  return { ...given, plan, loaded }
}
