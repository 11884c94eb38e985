import type { Binding } from '../binding.ts'
import type { LoadedEnvironment } from '../repository/load-environments.ts'

/**
 * What one process is given in an environment: one binding a key. Of several the one of the running phase, then the one
 * that holds for all components, then the first. Keys that are told to be unset are among them. Pure.
 */
export function targetBindings({
  bindings,
}: Pick<LoadedEnvironment, 'bindings'>): Map<string, Binding> {
  const chosen = new Map<string, Binding>()
  for (const binding of bindings) {
    if (binding.phase === 'test') continue
    const other = chosen.get(binding.key)
    if (other === undefined || rank(binding) > rank(other)) chosen.set(binding.key, binding)
  }
  return chosen
}

const rank = ({ phase, component }: Binding): number =>
  (phase === 'run' ? 2 : 0) + (component === '' ? 1 : 0)
