import type { ConfigFinding, EffectClass } from '../config-finding.ts'
import { findingId } from '../finding-id.ts'

/** A finding of a run about a key of an environment: a warning where money, access or data are at stake, else a note. */
export function observedFinding({
  environment,
  effect,
  ...about
}: Pick<ConfigFinding, 'rule' | 'locations' | 'message' | 'hint' | 'component'> & {
  key: string
  environment: string
  effect: EffectClass | null | undefined
}): ConfigFinding {
  const heavy = effect === 'money' || effect === 'auth' || effect === 'data-loss'
  const finding: Omit<ConfigFinding, 'id'> = {
    ...about,
    severity: heavy ? 'warning' : 'note',
    evidence: 'observed',
    environments: [environment],
    ...(effect === null || effect === undefined ? {} : { effect }),
  }
  return { id: findingId(finding), ...finding }
}
