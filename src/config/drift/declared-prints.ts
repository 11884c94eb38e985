import type { Binding } from '../binding.ts'
import { componentViews } from '../rules/check-views.ts'
import type { LoadedEnvironment } from '../repository/load-environments.ts'
import type { DeclaredComponent, DeclaredKey } from './config-drift.ts'
import { configFingerprint } from './config-reporter.ts'

/**
 * What an environment's files give to its running components, as fingerprints. Keys of builds and deployments are left
 * out: no running process holds them. What holds for all components comes last, with the component ''.
 */
export function declaredPrints(
  environment: Pick<
    LoadedEnvironment,
    'name' | 'kind' | 'bindings' | 'allBindings' | 'unread' | 'files'
  >,
  secret: Uint8Array,
): DeclaredComponent[] {
  const bindings = environment.bindings.filter(({ phase }) => phase === 'run')
  const views = componentViews({ ...environment, bindings }).map(
    ({ component, bindings: own }) => ({
      component,
      keys: new Map([...own].map(([key, binding]) => [key, declaredKey(binding, secret)])),
    }),
  )
  if (views.some(({ component }) => component === '')) return views
  const forAll = bindings.filter(({ component }) => component === '')
  const keys = new Map(forAll.map((binding) => [binding.key, declaredKey(binding, secret)]))
  return [...views, { component: '', keys }]
}

/** Undefined where the value is not known here. */
export function bindingPrint(
  { key, state, value }: Pick<Binding, 'key' | 'state' | 'value'>,
  secret: Uint8Array,
): string | undefined {
  if (state !== 'set' && state !== 'empty') return undefined
  return configFingerprint(secret, key, state, value?.reveal() ?? '')
}

function declaredKey(binding: Binding, secret: Uint8Array): DeclaredKey {
  const { state, location } = binding
  const fingerprint = bindingPrint(binding, secret)
  return { state, location, ...(fingerprint === undefined ? {} : { fingerprint }) }
}
