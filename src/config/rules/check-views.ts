import type { Binding } from '../binding.ts'
import type { LoadedEnvironment } from '../repository/load-environments.ts'

/** What one component of an environment gets: its own bindings, and those for all components. */
export interface ComponentView {
  environment: string
  component: string
  /** Of several phases the running one. */
  bindings: ReadonlyMap<string, Binding>
}

/** One view a component; a single one for all where no binding names a component. */
export function componentViews({ name, bindings }: LoadedEnvironment): ComponentView[] {
  const components = new Map<string, Binding[]>()
  for (const binding of bindings) {
    const list = components.get(binding.component)
    if (list === undefined) components.set(binding.component, [binding])
    else list.push(binding)
  }
  const shared = components.get('') ?? []
  if (components.size > 1) components.delete('')
  return [...components].map(([component, own]) => {
    const view = new Map<string, Binding>()
    for (const binding of component === '' ? own : [...shared, ...own]) {
      const other = view.get(binding.key)
      const gives = other === undefined || other.phase !== 'run' || binding.phase === 'run'
      if (gives) view.set(binding.key, binding)
    }
    return { environment: name, component, bindings: view }
  })
}

const indexed = new WeakMap<readonly Binding[], Map<string, Binding[]>>()

/** Effective bindings of a key in an environment, of one component where it is named. */
export function bindingsOf(
  { bindings }: LoadedEnvironment,
  key: string,
  component?: string,
): Binding[] {
  let byKey = indexed.get(bindings)
  if (byKey === undefined) {
    byKey = Map.groupBy(bindings, (binding) => binding.key)
    indexed.set(bindings, byKey)
  }
  const found = byKey.get(key) ?? []
  if (component === undefined) return found
  return found.filter((it) => it.component === '' || sameComponent(it.component, component))
}

/** A service (`web`) and a folder (`apps/web`) are taken for the same where the last part is. */
export function sameComponent(one: string, other: string): boolean {
  return one === other || last(one) === last(other)
}

/** Known text of a binding; undefined where it is not set, or not known. */
export function textOf(binding: Binding | undefined): string | undefined {
  return binding?.state === 'set' ? binding.value?.reveal() : undefined
}

/** It stands for something, though the value may lie elsewhere. */
export const isPresent = (binding: Binding | undefined): boolean =>
  binding?.state === 'set' || binding?.state === 'reference'

const last = (component: string): string => component.slice(component.lastIndexOf('/') + 1)
